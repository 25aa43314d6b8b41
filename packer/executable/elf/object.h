// The parts of an ELF executable that casting looks at, as plain structs.
//
// Owns the structs and the encoding of both header tables; 64-bit little-endian only, which is
// what every ELF target of ours is. Never reads a file (reader.h) and computes no offsets
// (layout.h). Source: System V ABI, generic, chapters 4 and 5; the constants are those of <elf.h>.
#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "base/target.h"

namespace ingot::elf {

// Both differ from the names in <elf.h>, which are macros.
enum SegmentType : uint32_t {
  kLoad = 1,
  kDynamic = 2,
  kInterpreter = 3,
  kNote = 4,
  kProgramHeaders = 6,
};
enum SegmentFlag : uint32_t { kExecute = 1, kWrite = 2, kRead = 4 };

enum SectionType : uint32_t { kProgramBits = 1, kStringTable = 3, kNoBits = 8 };
enum SectionFlag : uint64_t { kAllocated = 2, kInfoIsLink = 0x40 };

inline constexpr uint16_t kTypeExecutable = 2;  // ET_EXEC
inline constexpr uint16_t kMachineX64 = 62;
inline constexpr uint16_t kMachineArm64 = 183;

// One entry of the program header table, field by field as the file has it.
struct Segment {
  uint32_t type = 0;
  uint32_t flags = 0;
  uint64_t offset = 0;   // in the file
  uint64_t address = 0;  // virtual
  uint64_t physical_address = 0;
  uint64_t file_size = 0;    // bytes
  uint64_t memory_size = 0;  // bytes
  uint64_t alignment = 0;

  bool operator==(const Segment&) const = default;
};
static_assert(sizeof(Segment) == 56, "Elf64_Phdr");

// One entry of the section header table, field by field as the file has it.
struct Section {
  uint32_t name = 0;  // where its name begins in the section of names
  uint32_t type = 0;
  uint64_t flags = 0;
  uint64_t address = 0;  // virtual; 0 for what is not loaded
  uint64_t offset = 0;   // in the file
  uint64_t size = 0;     // bytes, in the file unless kNoBits
  uint32_t link = 0;     // index of another section
  uint32_t info = 0;     // the same, if kInfoIsLink
  uint64_t alignment = 0;
  uint64_t entry_size = 0;

  bool operator==(const Section&) const = default;
};
static_assert(sizeof(Section) == 64, "Elf64_Shdr");

// The last 24 bytes of the ELF header: where the tables are.
struct TableFields {
  uint64_t section_headers_offset = 0;  // in the file; 0: there are none
  uint32_t machine_flags = 0;
  uint16_t header_size = 0;
  uint16_t program_header_size = 0;
  uint16_t program_header_count = 0;
  uint16_t section_header_size = 0;
  uint16_t section_count = 0;
  uint16_t names_index = 0;  // of the section that holds the sections' names

  bool operator==(const TableFields&) const = default;
};
static_assert(sizeof(TableFields) == 24, "the end of Elf64_Ehdr");
inline constexpr uint64_t kTableFieldsOffset = 40;

struct Image {
  uint16_t type = 0;
  uint16_t machine = 0;
  uint64_t entry = 0;                   // address
  uint64_t program_headers_offset = 0;  // in the file
  std::vector<Segment> segments;        // in the table's order
  TableFields tables;
  std::vector<Section> sections;  // in the table's order; none when the file names none
  uint64_t file_size = 0;         // bytes

  uint64_t program_headers_size() const { return segments.size() * sizeof(Segment); }
};

Bytes encode_segments(const std::vector<Segment>& segments);
// `bytes` is a whole table: a multiple of sizeof(Segment).
Result<std::vector<Segment>> decode_segments(ByteView bytes);

Bytes encode_sections(const std::vector<Section>& sections);
Result<std::vector<Section>> decode_sections(ByteView bytes);
Bytes encode_table_fields(const TableFields& fields);

// The e_machine of a target; the target's system is Linux.
uint16_t machine_of(const Target& target);

}  // namespace ingot::elf
