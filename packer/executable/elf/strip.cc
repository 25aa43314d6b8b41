#include "packer/executable/elf/strip.h"

#include <algorithm>

#include "packer/executable/elf/reader.h"
#include "packer/executable/elf/sections.h"

namespace ingot::elf {
namespace {

uint64_t end_of_segments(const Image& image) {
  uint64_t end = std::max(image.program_headers_offset + image.program_headers_size(),
                          kTableFieldsOffset + sizeof(TableFields));
  for (const Segment& segment : image.segments)
    end = std::max(end, segment.offset + segment.file_size);
  return end;
}

}  // namespace

Status write_stripped(ByteView original, AtomicFile& out) {
  Image image = TRY(read_elf(original));
  if (image.sections.empty())
    return fail(input_error("elf-no-sections", "this Node binary has no sections to leave out"));
  uint64_t end = end_of_segments(image);
  for (const Section& section : image.sections) {
    auto section_end = checked_add(section.offset, section.size);
    if ((section.flags & kAllocated) != 0 && section.type != kNoBits &&
        (!section_end || *section_end > end))
      return fail(input_error("elf-malformed", "a loaded section is in no segment"));
  }
  uint64_t offset = align_up(end, kSectionAlignment);
  SectionTable table = TRY(loaded_only(image, TRY(section_names(image, original)), offset));

  uint64_t fields_end = kTableFieldsOffset + sizeof(TableFields);
  ByteView before = TRY(original.slice(0, kTableFieldsOffset));
  ByteView after = TRY(original.slice(fields_end, end - fields_end));
  TRY(out.write(before));
  TRY(out.write(encode_table_fields(table.fields)));
  TRY(out.write(after));
  TRY(out.write(Bytes(offset - end)));
  return out.write(table.bytes);
}

}  // namespace ingot::elf
