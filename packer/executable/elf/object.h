// The parts of an ELF executable that casting looks at, as plain structs.
//
// Owns the structs and the encoding of a program header table; 64-bit little-endian only, which is
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

struct Image {
  uint16_t type = 0;
  uint16_t machine = 0;
  uint64_t entry = 0;                   // address
  uint64_t program_headers_offset = 0;  // in the file
  std::vector<Segment> segments;        // in the table's order
  uint64_t file_size = 0;               // bytes

  uint64_t program_headers_size() const { return segments.size() * sizeof(Segment); }
};

Bytes encode_segments(const std::vector<Segment>& segments);
// `bytes` is a whole table: a multiple of sizeof(Segment).
Result<std::vector<Segment>> decode_segments(ByteView bytes);

// The e_machine of a target; the target's system is Linux.
uint16_t machine_of(const Target& target);

}  // namespace ingot::elf
