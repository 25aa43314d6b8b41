#include "packer/executable/pe/object.h"

#include <cstring>

namespace ingot::pe {

// The structs have the layout of the format's and our hosts are little-endian, so the headers are
// their memory.
static_assert(std::endian::native == std::endian::little);

namespace {

template <typename Record>
void append(Bytes& out, const Record& record) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&record);
  out.insert(out.end(), bytes, bytes + sizeof(Record));
}

}  // namespace

uint64_t Image::size_without_certificates() const {
  const Directory& certificates = directory(kCertificates);
  return certificates.size == 0 ? file_size : certificates.address;
}

Bytes encode_headers(const Image& image) {
  Bytes out;
  append(out, image.file);
  append(out, image.optional);
  for (const SectionHeader& section : image.sections) append(out, section);
  return out;
}

Result<Image> decode_headers(ByteView bytes) {
  Image image;
  image.file = TRY(bytes.record<FileHeader>(0));
  image.optional = TRY(bytes.record<OptionalHeader>(sizeof(FileHeader)));
  uint64_t at = sizeof(FileHeader) + sizeof(OptionalHeader);
  for (; at < bytes.size(); at += sizeof(SectionHeader))
    image.sections.push_back(TRY(bytes.record<SectionHeader>(at)));
  return image;
}

std::optional<uint64_t> file_offset(const Image& image, uint64_t address, uint64_t size) {
  for (const SectionHeader& section : image.sections) {
    if (address < section.address) continue;
    uint64_t inside = address - section.address;
    if (inside > section.file_size || size > section.file_size - inside) continue;
    return section.file_offset + inside;
  }
  return std::nullopt;
}

uint16_t machine_of(const Target& target) {
  return target.cpu == Cpu::kX64 ? kMachineX64 : kMachineArm64;
}

}  // namespace ingot::pe
