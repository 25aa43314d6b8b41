#include "packer/executable/pe/library.h"

#include <algorithm>
#include <cstddef>

#include "packer/executable/fuse.h"
#include "packer/executable/pe/checksum.h"
#include "packer/executable/pe/reader.h"

namespace ingot::pe {
namespace {

// "mov eax, 1; ret" after what fills the space between functions.
constexpr uint8_t kReturnsOne[] = {0xcc, 0xb8, 1, 0, 0, 0, 0xc3};
constexpr uint64_t kFilling = 1;  // of these bytes
constexpr uint64_t kCertificateAlignment = 8;
constexpr uint64_t kHeadersOffsetField = 0x3c;
constexpr uint64_t kSignature = 4;  // bytes of "PE\0\0"
constexpr uint8_t kUnsetFuse = '0';
constexpr uint8_t kSetFuse = '1';

Error no_library(const char* why) {
  return input_error("pe-no-library",
                     std::string("this Node binary cannot be made a library: ") + why)
      .hinted("official Node binaries can; build without --compact");
}

std::optional<uint32_t> address_of(const Image& image, uint64_t offset) {
  for (const SectionHeader& section : image.sections)
    if (offset >= section.file_offset && offset - section.file_offset < section.file_size)
      return static_cast<uint32_t>(section.address + (offset - section.file_offset));
  return std::nullopt;
}

Result<uint32_t> find_entry(const Image& image, ByteView file) {
  if (image.file.machine != kMachineX64) return fail(no_library("it is not for x64"));
  for (const SectionHeader& section : image.sections) {
    if ((section.characteristics & kExecute) == 0) continue;
    ByteView code = TRY(file.slice(section.file_offset, section.file_size));
    auto found = std::ranges::search(code, kReturnsOne);
    if (found.empty()) continue;
    auto inside = static_cast<uint32_t>(found.begin() - code.begin()) + kFilling;
    return static_cast<uint32_t>(section.address + inside);
  }
  return fail(no_library("no function of it returns 1"));
}

uint64_t data_end(const Image& image) {
  uint64_t end = image.optional.headers_size;
  for (const SectionHeader& section : image.sections)
    end = std::max(end, uint64_t{section.file_offset} + section.file_size);
  return end;
}

// With the headers of `image` in their place, and their checksum right.
void finish(Bytes& file, Image image) {
  uint64_t field = image.optional_offset() + offsetof(OptionalHeader, checksum);
  auto write = [&] {
    std::ranges::copy(encode_headers(image),
                      file.begin() + static_cast<ptrdiff_t>(image.headers_offset));
  };
  write();
  image.optional.checksum = checksum_of(file, field);
  write();
}

}  // namespace

Result<Library> make_library(ByteView program) {
  Image image = TRY(read_pe(program));
  uint64_t fuse = TRY(find_unset_fuse(program));
  auto fuse_address = address_of(image, fuse);
  if (!fuse_address) return fail(no_library("its fuse is in no section"));
  if ((image.file.characteristics & kNotMovable) != 0 || image.directory(kRelocations).size == 0)
    return fail(no_library("it can be loaded at one address only"));

  Library out;
  out.entry = image.optional.entry;
  out.fuse = *fuse_address;
  image.optional.entry = TRY(find_entry(image, program));
  image.file.characteristics |= kDll;
  image.optional.directories[kCertificates] = {};
  out.bytes.assign(program.begin(), program.end());
  out.bytes[fuse] = kSetFuse;
  finish(out.bytes, image);
  if (!std::ranges::equal(TRY(program_of(out.bytes, out.entry, out.fuse)), program))
    return fail(no_library("its headers say more than an official one's"));
  return out;
}

Result<Bytes> program_of(ByteView library, uint32_t entry, uint32_t fuse) {
  Bytes out(library.begin(), library.end());
  uint64_t flags = TRY(library.le<uint32_t>(kHeadersOffsetField)) + kSignature +
                   offsetof(FileHeader, characteristics);
  if (flags + sizeof(uint16_t) > out.size()) return fail(no_library("it has no headers"));
  out[flags + 1] &= static_cast<uint8_t>(~(kDll >> 8));
  Image image = TRY(read_pe(out));
  auto fuse_offset = file_offset(image, fuse, 1);
  if (!fuse_offset) return fail(no_library("its fuse is in no section"));
  image.optional.entry = entry;
  uint64_t certificates = align_up(data_end(image), kCertificateAlignment);
  if (out.size() > certificates)
    image.optional.directories[kCertificates] = {static_cast<uint32_t>(certificates),
                                                 static_cast<uint32_t>(out.size() - certificates)};
  out[*fuse_offset] = kUnsetFuse;
  finish(out, image);
  return out;
}

}  // namespace ingot::pe
