#include "packer/executable/elf/reader.h"

#include <llvm/Object/ELF.h>

namespace ingot::elf {
namespace {

using File = llvm::object::ELFFile<llvm::object::ELF64LE>;

constexpr size_t kClassByte = 4;
constexpr size_t kOrderByte = 5;

Error malformed(llvm::Error error) {
  return input_error("elf-malformed", "the ELF executable is damaged")
      .note(llvm::toString(std::move(error)));
}

Status check_identity(ByteView file) {
  if (!file.text().starts_with("\x7f"
                               "ELF"))
    return fail(input_error("elf-not-elf", "this is not an ELF executable"));
  if (auto byte = file.le<uint8_t>(kClassByte); byte && *byte != llvm::ELF::ELFCLASS64)
    return fail(input_error("elf-wrong-class", "this ELF executable is not a 64-bit one"));
  if (auto byte = file.le<uint8_t>(kOrderByte); byte && *byte != llvm::ELF::ELFDATA2LSB)
    return fail(input_error("elf-wrong-byte-order", "this ELF executable is not little-endian"));
  return {};
}

Segment convert(const File::Elf_Phdr& header) {
  return {header.p_type,  header.p_flags,  header.p_offset, header.p_vaddr,
          header.p_paddr, header.p_filesz, header.p_memsz,  header.p_align};
}

Error bad_segment(const char* code, size_t index, const char* what) {
  return input_error(code, "segment " + std::to_string(index) + " of the ELF executable " + what);
}

Status check_segment(const Segment& segment, size_t index, uint64_t file_size) {
  auto end = checked_add(segment.offset, segment.file_size);
  if (!end || *end > file_size)
    return fail(bad_segment("elf-segment-outside-file", index, "is not inside the file"));
  if (segment.type != kLoad) return {};
  uint64_t alignment = std::max<uint64_t>(segment.alignment, 1);
  if (!std::has_single_bit(alignment) || (segment.offset - segment.address) % alignment != 0)
    return fail(bad_segment("elf-segment-misaligned", index, "has an impossible alignment"));
  if (segment.file_size > segment.memory_size || !checked_add(segment.address, segment.memory_size))
    return fail(bad_segment("elf-malformed", index, "has impossible sizes"));
  return {};
}

Status check_segments(const Image& image) {
  uint64_t memory_end = 0;
  for (size_t i = 0; i < image.segments.size(); ++i) {
    const Segment& segment = image.segments[i];
    TRY(check_segment(segment, i, image.file_size));
    if (segment.type != kLoad) continue;
    if (segment.address < memory_end)
      return fail(bad_segment("elf-segments-overlap", i, "overlaps the one before it"));
    memory_end = segment.address + segment.memory_size;
  }
  return {};
}

}  // namespace

Result<Image> read_elf(ByteView bytes) {
  TRY(check_identity(bytes));
  auto file = File::create(llvm::StringRef(bytes.text().data(), bytes.size()));
  if (!file) return fail(malformed(file.takeError()));
  auto headers = file->program_headers();
  if (!headers) return fail(malformed(headers.takeError()));
  if (auto sections = file->sections(); !sections) return fail(malformed(sections.takeError()));
  if (headers->size() > kMaxSegments)
    return fail(input_error("elf-malformed", "the ELF executable has too many segments"));

  Image image;
  image.type = file->getHeader().e_type;
  image.machine = file->getHeader().e_machine;
  image.entry = file->getHeader().e_entry;
  image.program_headers_offset = file->getHeader().e_phoff;
  image.file_size = bytes.size();
  for (const auto& header : *headers) image.segments.push_back(convert(header));
  TRY(check_segments(image));
  image.tables = TRY(bytes.record<TableFields>(kTableFieldsOffset));
  image.sections = TRY(read_sections(image.tables, bytes));
  return image;
}

Result<std::vector<Section>> read_sections(const TableFields& fields, ByteView file) {
  if (fields.section_headers_offset == 0 || fields.section_count == 0)
    return std::vector<Section>();
  if (fields.section_count > kMaxSections || fields.section_header_size != sizeof(Section))
    return fail(input_error("elf-malformed", "the ELF executable has impossible section headers"));
  auto table =
      file.slice(fields.section_headers_offset, uint64_t{fields.section_count} * sizeof(Section));
  if (!table)
    return fail(
        input_error("elf-malformed", "the section headers of the ELF executable are not in it"));
  return decode_sections(*table);
}

Result<ByteView> section_names(const Image& image, ByteView file) {
  if (image.sections.empty()) return ByteView();
  auto no_names = [] {
    return fail(input_error("elf-malformed", "the sections of the ELF executable have no names"));
  };
  if (image.tables.names_index >= image.sections.size()) return no_names();
  const Section& names = image.sections[image.tables.names_index];
  if (names.type != kStringTable) return no_names();
  auto bytes = file.slice(names.offset, names.size);
  if (!bytes || bytes->empty() || bytes->text().back() != '\0') return no_names();
  return *bytes;
}

}  // namespace ingot::elf
