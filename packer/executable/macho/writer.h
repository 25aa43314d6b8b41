// Template + Layout + blob -> finished file, signed, in one pass.
//
// Only copies and hashes: every offset comes from the Layout. The hashes of the pages are taken
// while they are written, so nothing is read back; what is held is 32 bytes for each 4096.
#pragma once

#include "base/atomic_file.h"
#include "packer/executable/byte_source.h"
#include "packer/executable/macho/code_signature.h"
#include "packer/executable/macho/layout.h"

namespace ingot::macho {

// `original`, `blob` and `signature` are what `layout` was made for and with. `known`: the hashes
// of the original's pages, taken over for those that stay where they are on a page, so that only
// the others are hashed; or nothing. `out` is empty before.
Status write_macho(ByteView original, ByteView known, const Layout& layout,
                   const SignatureContent& signature, const ByteSource& blob, AtomicFile& out);

// The same for a file in memory: `content` gets its signature behind it, and its header says so.
// `image`: of it, __LINKEDIT being the last segment. What `signature` says of sizes is filled in.
Result<Bytes> sign_in_memory(Bytes content, const Image& image, SignatureContent signature);

}  // namespace ingot::macho
