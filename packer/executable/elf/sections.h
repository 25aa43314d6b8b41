// New section headers for a file that gains or loses sections.
//
// Owns what section headers say: which are kept, their names and the numbers by which they refer to
// each other. The caller says where the new table goes. Nothing of it is loaded into memory; it is
// for tools.
//
//   table = names, zeros up to kSectionAlignment, headers
#pragma once

#include "packer/executable/elf/object.h"

namespace ingot::elf {

inline constexpr uint64_t kSectionAlignment = 8;
// The section that covers what casting adds. Not of type NOTE: tools that print notes would print
// the application.
inline constexpr std::string_view kAddedSection = ".ingot";

struct SectionTable {
  Bytes bytes;         // to go where it was made for
  TableFields fields;  // that lead there
};

// All sections of `image` and one that covers `added`. `names`: of the image's sections, which has
// some; `offset`: where the table will be, a multiple of kSectionAlignment.
SectionTable covered(const Image& image, ByteView names, const Segment& added, uint64_t offset);

// Only those that are loaded into memory. Error "elf-malformed" for a name that is not in `names`.
Result<SectionTable> loaded_only(const Image& image, ByteView names, uint64_t offset);

}  // namespace ingot::elf
