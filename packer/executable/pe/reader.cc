#include "packer/executable/pe/reader.h"

#include <algorithm>

namespace ingot::pe {
namespace {

constexpr uint64_t kSignatureOffsetField = 0x3c;  // e_lfanew
constexpr std::string_view kSignature("PE\0\0", 4);
constexpr uint64_t kPage = 0x1000;
constexpr uint64_t kSmallestFileAlignment = 0x200;
constexpr uint64_t kLargestFileAlignment = 0x10000;
constexpr uint64_t kCertificateAlignment = 8;

Error malformed(const std::string& what) {
  return input_error("pe-malformed", "the PE executable is damaged: " + what);
}

Error bad_section(const char* code, size_t index, const char* what) {
  return input_error(code, "section " + std::to_string(index) + " of the PE executable " + what);
}

Result<Image> read_headers(ByteView file) {
  auto start = file.le<uint32_t>(kSignatureOffsetField);
  if (!file.text().starts_with("MZ") || !start)
    return fail(input_error("pe-not-pe", "this is not a PE executable"));
  auto signature = file.slice(*start, kSignature.size());
  if (!signature || signature->text() != kSignature)
    return fail(input_error("pe-not-pe", "this is not a PE executable"));
  uint64_t at = *start + kSignature.size();

  auto header = file.record<FileHeader>(at);
  auto magic = file.le<uint16_t>(at + sizeof(FileHeader));
  if (!header || !magic) return fail(malformed("its headers are cut off"));
  if (*magic != kMagicPe32Plus)
    return fail(input_error("pe-not-pe32plus", "this PE executable is not a 64-bit one"));
  if (header->optional_header_size != sizeof(OptionalHeader))
    return fail(malformed("its optional header has another size than 240 bytes"));
  if (header->section_count == 0 || header->section_count > kMaxSections)
    return fail(malformed("it has no sections, or too many"));
  uint64_t size = sizeof(FileHeader) + sizeof(OptionalHeader) +
                  header->section_count * uint64_t{sizeof(SectionHeader)};
  auto bytes = file.slice(at, size);
  if (!bytes) return fail(malformed("its headers are cut off"));
  Image image = TRY(decode_headers(*bytes));
  image.headers_offset = at;
  image.file_size = file.size();
  return image;
}

Status check_headers(const Image& image) {
  const OptionalHeader& optional = image.optional;
  if ((image.file.characteristics & kExecutableImage) == 0 ||
      (image.file.characteristics & kDll) != 0)
    return fail(input_error("pe-not-program", "this PE file is a library and no program"));
  if (optional.directory_count != kDirectories)
    return fail(malformed("it does not have 16 data directories"));
  if (!std::has_single_bit(optional.file_alignment) ||
      !std::has_single_bit(optional.section_alignment) ||
      optional.file_alignment < kSmallestFileAlignment ||
      optional.file_alignment > kLargestFileAlignment || optional.section_alignment < kPage ||
      optional.section_alignment < optional.file_alignment)
    return fail(malformed("its alignments are impossible"));
  if (image.sections.empty() || image.sections_end() > optional.headers_size ||
      optional.headers_size > image.file_size ||
      optional.headers_size % optional.file_alignment != 0)
    return fail(malformed("the size of its headers is impossible"));
  return {};
}

// Sections follow each other in memory without a gap, which is what Windows asks for, and in the
// file without an overlap.
Status check_sections(const Image& image) {
  const OptionalHeader& optional = image.optional;
  uint64_t memory_end = align_up(optional.headers_size, optional.section_alignment);
  uint64_t file_end = optional.headers_size;
  for (size_t i = 0; i < image.sections.size(); ++i) {
    const SectionHeader& section = image.sections[i];
    if (section.address % optional.section_alignment != 0)
      return fail(bad_section("pe-section-misaligned", i, "has an impossible address"));
    if (section.address != memory_end)
      return fail(bad_section("pe-sections-overlap", i, "does not follow the one before it"));
    if (section.memory_size == 0)
      return fail(bad_section("pe-malformed", i, "has no size in memory"));
    memory_end = section.address + align_up(section.memory_size, optional.section_alignment);
    if (section.file_size == 0) continue;
    if (section.file_offset % optional.file_alignment != 0 ||
        section.file_size % optional.file_alignment != 0)
      return fail(bad_section("pe-section-misaligned", i, "is not aligned in the file"));
    if (section.file_offset < file_end)
      return fail(bad_section("pe-sections-overlap", i, "overlaps the one before it"));
    file_end = uint64_t{section.file_offset} + section.file_size;
    if (file_end > image.file_size)
      return fail(bad_section("pe-section-outside-file", i, "is not inside the file"));
  }
  if (memory_end != optional.image_size)
    return fail(malformed("its size in memory is not that of its sections"));
  const Directory& certificates = image.directory(kCertificates);
  if (certificates.size == 0 && certificates.address == 0) return {};
  if (certificates.address % kCertificateAlignment != 0 || certificates.address < file_end ||
      uint64_t{certificates.address} + certificates.size != image.file_size)
    return fail(input_error("pe-certificates-misplaced",
                            "the signature of the PE executable is not at its end"));
  return {};
}

}  // namespace

Result<Image> read_pe(ByteView file) {
  Image image = TRY(read_headers(file));
  TRY(check_image(image));
  return image;
}

Status check_image(const Image& image) {
  TRY(check_headers(image));
  return check_sections(image);
}

}  // namespace ingot::pe
