// Template + Layout + blob -> finished file, in one pass.
//
// Only copies: every offset comes from the Layout. Sums the checksum while the bytes go by and
// writes it into its field at the end.
#pragma once

#include "base/atomic_file.h"
#include "packer/executable/byte_source.h"
#include "packer/executable/pe/layout.h"

namespace ingot::pe {

// `original` and `blob` are what `layout` was made for. `out` is empty before.
Status write_pe(ByteView original, const Layout& layout, const ByteSource& blob, AtomicFile& out);

}  // namespace ingot::pe
