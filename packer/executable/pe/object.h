// The parts of a PE executable that casting looks at, as plain structs.
//
// Owns the structs, the encoding of the headers and the way from an address to a place in the file;
// PE32+ only, which is what every Windows target of ours is. Never reads a file (reader.h) and
// computes no layout (layout.h). Source: Microsoft, "PE Format", sections "COFF File Header",
// "Optional Header", "Section Table".
//
//   file    = DOS header and stub ... "PE\0\0" headers ... sections' data ... certificates
//   headers = FileHeader OptionalHeader SectionHeader*            (all integers little-endian)
//
// "Address" is Microsoft's RVA: relative to where the image is loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "base/target.h"

namespace ingot::pe {

inline constexpr uint16_t kMachineX64 = 0x8664;
inline constexpr uint16_t kMachineArm64 = 0xaa64;
inline constexpr uint16_t kMagicPe32Plus = 0x20b;
inline constexpr size_t kDirectories = 16;
inline constexpr size_t kMaxSections = 96;  // what Windows loads

enum FileCharacteristic : uint16_t {
  kNotMovable = 0x0001,
  kExecutableImage = 0x0002,
  kDll = 0x2000,
};
enum SectionCharacteristic : uint32_t {
  kInitializedData = 0x00000040,
  kExecute = 0x20000000,
  kRead = 0x40000000,
  kWrite = 0x80000000,
};
enum DirectoryIndex : size_t { kExports = 0, kResources = 2, kCertificates = 4, kRelocations = 5 };
enum Subsystem : uint16_t { kWindowed = 2, kConsole = 3 };

struct FileHeader {
  uint16_t machine = 0;
  uint16_t section_count = 0;
  uint32_t time_stamp = 0;
  uint32_t symbols_offset = 0;
  uint32_t symbol_count = 0;
  uint16_t optional_header_size = 0;  // bytes
  uint16_t characteristics = 0;

  bool operator==(const FileHeader&) const = default;
};
static_assert(sizeof(FileHeader) == 20, "IMAGE_FILE_HEADER");

struct Directory {
  uint32_t address = 0;  // of kCertificates: an offset in the file
  uint32_t size = 0;     // bytes

  bool operator==(const Directory&) const = default;
};

struct OptionalHeader {
  uint16_t magic = 0;
  uint8_t linker_version[2] = {};
  uint32_t code_size = 0;
  uint32_t initialized_data_size = 0;
  uint32_t uninitialized_data_size = 0;
  uint32_t entry = 0;
  uint32_t code_address = 0;
  uint64_t image_base = 0;
  uint32_t section_alignment = 0;  // in memory
  uint32_t file_alignment = 0;
  uint16_t versions[6] = {};  // of the system, the image and the subsystem, major and minor
  uint32_t win32_version = 0;
  uint32_t image_size = 0;    // bytes in memory
  uint32_t headers_size = 0;  // bytes, up to the first section's data
  uint32_t checksum = 0;      // of the whole file: checksum.h
  uint16_t subsystem = 0;
  uint16_t dll_characteristics = 0;
  uint64_t stack_reserve = 0;
  uint64_t stack_commit = 0;
  uint64_t heap_reserve = 0;
  uint64_t heap_commit = 0;
  uint32_t loader_flags = 0;
  uint32_t directory_count = 0;
  Directory directories[kDirectories];

  bool operator==(const OptionalHeader&) const = default;
};
static_assert(sizeof(OptionalHeader) == 240, "IMAGE_OPTIONAL_HEADER64");

struct SectionHeader {
  char name[8] = {};
  uint32_t memory_size = 0;  // bytes
  uint32_t address = 0;
  uint32_t file_size = 0;  // bytes
  uint32_t file_offset = 0;
  uint32_t relocations_offset = 0;
  uint32_t line_numbers_offset = 0;
  uint16_t relocation_count = 0;
  uint16_t line_number_count = 0;
  uint32_t characteristics = 0;

  bool operator==(const SectionHeader&) const = default;
};
static_assert(sizeof(SectionHeader) == 40, "IMAGE_SECTION_HEADER");

struct Image {
  uint64_t headers_offset = 0;  // in the file: of FileHeader, after "PE\0\0"
  FileHeader file;
  OptionalHeader optional;
  std::vector<SectionHeader> sections;
  uint64_t file_size = 0;  // bytes

  uint64_t optional_offset() const { return headers_offset + sizeof(FileHeader); }
  uint64_t sections_offset() const { return optional_offset() + sizeof(OptionalHeader); }
  uint64_t sections_end() const {
    return sections_offset() + sections.size() * sizeof(SectionHeader);
  }
  const Directory& directory(DirectoryIndex index) const { return optional.directories[index]; }
  // Where the file ends but for its certificates.
  uint64_t size_without_certificates() const;
};

// Headers as the file has them at `headers_offset`.
Bytes encode_headers(const Image& image);
// The reverse: sets all but `headers_offset` and `file_size`. `bytes` has one section header after
// the other up to its end.
Result<Image> decode_headers(ByteView bytes);

// Where the `size` bytes at an address are in the file; nothing when they are not in one section's
// data.
std::optional<uint64_t> file_offset(const Image& image, uint64_t address, uint64_t size);

// The machine of a target; the target's system is Windows.
uint16_t machine_of(const Target& target);

}  // namespace ingot::pe
