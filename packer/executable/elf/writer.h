// Template + Layout + blob -> finished file, in one pass.
//
// Only copies: every offset comes from the Layout, and no more than a buffer of zeros is allocated.
#pragma once

#include "base/atomic_file.h"
#include "packer/executable/byte_source.h"
#include "packer/executable/elf/layout.h"

namespace ingot::elf {

// `original` and `blob` are what `layout` was made for. `out` is empty before.
Status write_elf(ByteView original, const Layout& layout, const ByteSource& blob, AtomicFile& out);

}  // namespace ingot::elf
