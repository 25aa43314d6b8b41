#include "packer/executable/elf/compact.h"

#include <algorithm>

#include "packer/executable/elf/reader.h"
#include "packer/executable/elf/sections.h"
#include "packer/executable/fuse.h"

namespace ingot::elf {
namespace {

Segment* last_loadable(std::vector<Segment>& segments) {
  Segment* last = nullptr;
  for (Segment& segment : segments)
    if (segment.type == kLoad) last = &segment;
  return last;
}

void overwrite(Bytes& file, uint64_t offset, ByteView bytes) {
  INGOT_CHECK(offset + bytes.size() <= file.size());
  std::ranges::copy(bytes, file.begin() + static_cast<ptrdiff_t>(offset));
}

void append(Bytes& file, ByteView bytes) {
  file.insert(file.end(), bytes.begin(), bytes.end());
}

}  // namespace

Result<CompactHeader> describe_runtime(ByteView binary, const Digest& sha256, bool hash_always) {
  Image image = TRY(read_elf(binary));
  if (image.type != kTypeExecutable)
    return fail(input_error("elf-not-exec", "this Node binary is not of ELF type EXEC")
                    .hinted("official Node binaries are; distributions' own builds may not be"));
  uint64_t fuse = TRY(find_unset_fuse(binary));
  CompactHeader header = new_compact_header(binary.size(), sha256, hash_always);
  for (const Segment& segment : image.segments) {
    if (segment.type != kLoad || fuse < segment.offset ||
        fuse - segment.offset >= segment.file_size)
      continue;
    header.fuse_address = segment.address + (fuse - segment.offset);
    return header;
  }
  return fail(
      input_error("template-no-fuse", "NODE_SEA_FUSE is in no segment of this Node binary"));
}

Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame) {
  Image image = TRY(read_elf(loader));
  Segment* segment = last_loadable(image.segments);
  if (segment == nullptr || segment->file_size != sizeof header)
    return fail(input_error("elf-no-slot", "the loader has no room for a runtime"));

  segment->file_size = segment->memory_size = sizeof header + frame.size();
  for (Section& section : image.sections)
    if (section.address == segment->address) section.size = segment->file_size;
  uint64_t end = segment->offset + segment->file_size;
  uint64_t sections_offset = align_up(end, kSectionAlignment);
  SectionTable table = TRY(loaded_only(image, TRY(section_names(image, loader)), sections_offset));

  ByteView kept = TRY(loader.slice(0, segment->offset));
  Bytes out;
  out.reserve(sections_offset + table.bytes.size());
  append(out, kept);
  overwrite(out, image.program_headers_offset, encode_segments(image.segments));
  overwrite(out, kTableFieldsOffset, encode_table_fields(table.fields));
  append(out, seal_header(header, frame.size()));
  append(out, frame);
  out.resize(sections_offset);
  append(out, table.bytes);
  return out;
}

Result<std::optional<CompactParts>> find_compact(ByteView file) {
  Image image = TRY(read_elf(file));
  for (const Segment& segment : image.segments) {
    if (segment.type != kLoad || segment.file_size < sizeof(CompactHeader)) continue;
    ByteView bytes = TRY(file.slice(segment.offset, segment.file_size));
    if (*bytes.le<uint32_t>(0) == kCompactMagic) return TRY(read_parts(bytes));
  }
  return std::nullopt;
}

}  // namespace ingot::elf
