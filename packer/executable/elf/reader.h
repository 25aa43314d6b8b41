// ELF file -> Image, through LLVM's libObject.
//
// Owns every rule about what we are willing to work with: a 64-bit little-endian file whose headers
// are inside it, whose segments are inside it and whose loadable segments are in order and apart.
// Changes nothing, and is the only source of ours that sees LLVM's headers.
//
// Errors: "elf-not-elf", "elf-wrong-class", "elf-wrong-byte-order", "elf-malformed" (headers cut
// off or damaged), "elf-segment-outside-file", "elf-segment-misaligned", "elf-segments-overlap".
#pragma once

#include "packer/executable/elf/object.h"

namespace ingot::elf {

inline constexpr size_t kMaxSegments = 256;
inline constexpr size_t kMaxSections = 4096;

Result<Image> read_elf(ByteView file);

// The section headers that `fields` speaks of; none when there is no table. Error "elf-malformed".
Result<std::vector<Section>> read_sections(const TableFields& fields, ByteView file);

// The names of an image's sections, as its table of names has them; "elf-malformed" when there is
// none. Empty for a file without sections.
Result<ByteView> section_names(const Image& image, ByteView file);

}  // namespace ingot::elf
