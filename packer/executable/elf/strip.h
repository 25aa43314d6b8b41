// An ELF template without symbols and debug data.
//
// Owns which bytes of a template the loader needs: everything up to the end of its last segment,
// unchanged and in place, and headers for the sections in there. Like `strip --strip-all`; what
// addons link against (.dynsym) is loaded and stays. The result depends on the template alone, so
// its digest can be pinned beside the template's own (templates/pins.h).
//
//   stripped = template up to the end of its last segment, with other TableFields
//              zeros up to kSectionAlignment, SectionTable of the loaded sections
//
// Errors: those of reader.h; "elf-no-sections" (there is nothing to tell symbols by).
#pragma once

#include "base/atomic_file.h"
#include "packer/executable/elf/object.h"

namespace ingot::elf {

// Writes to `out`, which is empty and not committed here.
Status write_stripped(ByteView original, AtomicFile& out);

}  // namespace ingot::elf
