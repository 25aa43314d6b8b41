// The parts of a Mach-O executable that casting looks at, as plain structs.
//
// Owns the structs, and reading and writing the header with its load commands; 64-bit little-endian
// only, which is what every macOS target of ours is. Knows which load commands point into the file
// and where. Never reads more of a file than its header (reader.h decides what is acceptable) and
// computes no offsets (layout.h).
// Source: Apple's <mach-o/loader.h>, whose names the constants have in another spelling.
//
// Errors: "macho-malformed" (commands that are cut off, or of an impossible size).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "base/target.h"

namespace ingot::macho {

inline constexpr uint32_t kMagic64 = 0xfeedfacf;
inline constexpr uint32_t kCpuX64 = 0x01000007;
inline constexpr uint32_t kCpuArm64 = 0x0100000c;
inline constexpr uint32_t kTypeExecute = 2;
inline constexpr uint32_t kTypeBundle = 8;
inline constexpr uint32_t kPositionIndependent = 0x200000;  // a flag, of executables only

enum CommandType : uint32_t {
  kSymtab = 0x2,
  kDysymtab = 0xb,
  kLoadDylinker = 0xe,
  kSegment64 = 0x19,
  kCodeSignature = 0x1d,
  kDyldInfo = 0x22,
  kBuildVersion = 0x32,
  kDyldInfoOnly = 0x80000022,
  kMain = 0x80000028,
  kChainedFixups = 0x80000034,
};

enum Protection : uint32_t { kReadable = 1 };

inline constexpr std::string_view kPageZeroSegment = "__PAGEZERO";
inline constexpr std::string_view kTextSegment = "__TEXT";
inline constexpr std::string_view kLinkeditSegment = "__LINKEDIT";
// Where Node looks for its blob: getsectdata in src/node_sea.cc's postject-api.h.
inline constexpr std::string_view kSeaSegment = "NODE_SEA";
inline constexpr std::string_view kSeaSection = "__NODE_SEA_BLOB";

using Name = std::array<char, 16>;  // padded with NULs, which a name of 16 characters has none of
Name make_name(std::string_view text);
std::string_view name_text(const Name& name);

struct Header {
  uint32_t magic = 0;
  uint32_t cpu = 0;
  uint32_t cpu_subtype = 0;
  uint32_t type = 0;
  uint32_t command_count = 0;
  uint32_t commands_size = 0;  // bytes
  uint32_t flags = 0;
  uint32_t reserved = 0;
};
static_assert(sizeof(Header) == 32, "mach_header_64");

// LC_SEGMENT_64 without its sections.
struct Segment {
  uint32_t command = kSegment64;
  uint32_t command_size = 0;  // bytes, with the sections
  Name name{};
  uint64_t address = 0;      // virtual
  uint64_t memory_size = 0;  // bytes
  uint64_t offset = 0;       // in the file
  uint64_t file_size = 0;    // bytes
  uint32_t max_protection = 0;
  uint32_t initial_protection = 0;
  uint32_t section_count = 0;
  uint32_t flags = 0;
};
static_assert(sizeof(Segment) == 72, "segment_command_64");

struct Section {
  Name name{};
  Name segment{};
  uint64_t address = 0;
  uint64_t size = 0;           // bytes
  uint32_t offset = 0;         // in the file; 0 when it has no bytes there
  uint32_t alignment_log = 0;  // power of two
  uint32_t relocations_offset = 0;
  uint32_t relocation_count = 0;
  uint32_t flags = 0;  // the low byte is the type
  uint32_t reserved[3] = {};

  bool has_file_bytes() const;
};
static_assert(sizeof(Section) == 80, "section_64");

struct Command {
  uint32_t type = 0;
  Bytes bytes;  // all of it, type and size included
};

struct SegmentView {
  size_t command = 0;  // index of its load command
  Segment segment;
  std::vector<Section> sections;
};

struct Image {
  Header header;
  std::vector<Command> commands;
  std::vector<SegmentView> segments;  // in the order of their commands
  uint64_t file_size = 0;             // bytes

  const SegmentView* segment(std::string_view name) const;
  const Command* command(uint32_t type) const;  // the first
  uint64_t header_size() const { return sizeof(Header) + header.commands_size; }
};

// `file` needs to have the header and the load commands only.
Result<Image> decode_image(ByteView file, uint64_t file_size);

// Header and commands, with the header's counts made to match.
Bytes encode_header(Header header, const std::vector<Command>& commands);

// Where in a load command a place in the file is named, and how long it is there: `count` at
// `size_at` times `unit` bytes.
struct FileReference {
  uint32_t offset_at = 0;  // of a u32 in the command
  uint32_t size_at = 0;    // likewise
  uint32_t unit = 1;       // bytes
};

// Whether we know all the places in the file that a load command of this type names.
bool is_known_command(uint32_t type);
// Those places, for other commands than a segment's.
std::span<const FileReference> file_references(uint32_t command_type);

// A u32 of a load command. `at` is inside it.
uint32_t field(const Command& command, uint32_t at);
void set_field(Command& command, uint32_t at, uint32_t value);

// A record of a load command's beginning, replaced.
void replace_segment(Command& command, const Segment& segment);

uint32_t cpu_of(const Target& target);
// The size of the pages that segments are mapped in. Bytes.
uint64_t page_size_of(uint32_t cpu);

}  // namespace ingot::macho
