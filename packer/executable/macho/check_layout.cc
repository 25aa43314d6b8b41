#include "packer/executable/macho/check_layout.h"

#include <algorithm>

#include "packer/executable/fuse.h"
#include "packer/executable/macho/check_linkedit.h"
#include "packer/executable/macho/check_signature.h"
#include "packer/executable/macho/loaded_image.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kX64 = 0x01000007;
constexpr uint32_t kArm64 = 0x0100000c;
constexpr uint32_t kExecute = 2;
constexpr uint32_t kDynamicallyLinked = 0x4;
constexpr uint32_t kPositionIndependent = 0x200000;
enum Protect : uint32_t { kRead = 1, kWrite = 2, kRun = 4 };
constexpr uint32_t kLoadDylinker = 0xe;
constexpr uint32_t kUuid = 0x1b;
constexpr uint32_t kSignature = 0x1d;
constexpr uint32_t kBuild = 0x32;
constexpr uint32_t kMain = 0x80000028;
constexpr uint32_t kPlatformMacOs = 1;
constexpr uint64_t kPageZero = uint64_t{1} << 32;
constexpr uint64_t kUserSpace = uint64_t{1} << 47;
constexpr uint64_t kBlobAlignment = 64;

bool is_zero_fill(const LoadedSection& section) {
  uint32_t type = section.flags & 0xff;
  return type == 1 || type == 12 || type == 18;
}

Status check_header(const LoadedImage& image) {
  TRY(require(image.cpu == kX64 || image.cpu == kArm64, "unknown CPU"));
  TRY(require(image.file_type == kExecute, "not of type EXECUTE"));
  TRY(require((image.flags & kDynamicallyLinked) != 0, "not dynamically linked"));
  TRY(require((image.flags & kPositionIndependent) != 0, "not position-independent"));
  TRY(require(image.count(kMain) == 1, "there is not exactly one LC_MAIN"));
  TRY(require(image.count(kLoadDylinker) == 1, "there is not exactly one LC_LOAD_DYLINKER"));
  TRY(require(image.count(kUuid) == 1, "there is not exactly one LC_UUID"));
  const LoadedCommand* build = image.command(kBuild);
  return require(build != nullptr && build->bytes.le<uint32_t>(8) == kPlatformMacOs,
                 "it is not built for macOS");
}

Status check_section(const LoadedSection& section, const LoadedSegment& segment) {
  auto end = checked_add(section.address, section.size);
  TRY(require(section.segment == segment.name, "a section says it is of another segment"));
  TRY(require(
      end && section.address >= segment.address && *end <= segment.address + segment.memory_size,
      "a section is not inside its segment"));
  TRY(require(section.alignment < 16 && section.address % (uint64_t{1} << section.alignment) == 0,
              "a section is misaligned"));
  TRY(require(section.relocations == 0, "a section has relocations"));
  if (is_zero_fill(section)) return {};
  uint64_t place = section.address - segment.address;
  return require(
      section.offset == segment.offset + place && place + section.size <= segment.file_size,
      "a section's bytes are not where its segment has them");
}

Status check_segment(const LoadedSegment& segment, uint64_t page, uint64_t file_size) {
  auto file_end = checked_add(segment.offset, segment.file_size);
  auto memory_end = checked_add(segment.address, segment.memory_size);
  TRY(require(file_end && *file_end <= file_size, "a segment is not inside the file"));
  TRY(require(memory_end && *memory_end <= kUserSpace, "a segment is out of user space"));
  TRY(require(segment.file_size <= segment.memory_size,
              "a segment is larger in the file than in memory"));
  TRY(require(segment.offset % page == 0 && segment.address % page == 0,
              "a segment does not begin where a page does"));
  TRY(require(segment.memory_size % page == 0, "a segment does not end where a page does"));
  TRY(require((segment.protection & ~segment.max_protection) == 0,
              "a segment's protection is more than it may ever have"));
  TRY(require((segment.protection & (kWrite | kRun)) != (kWrite | kRun),
              "a segment is writable and executable"));
  for (const LoadedSection& section : segment.sections) TRY(check_section(section, segment));
  return {};
}

Status check_segments(const LoadedImage& image, uint64_t file_size) {
  uint64_t memory_end = 0;
  uint64_t file_end = 0;
  for (const LoadedSegment& segment : image.segments) {
    TRY(check_segment(segment, image.page(), file_size));
    TRY(require(segment.address >= memory_end, "segments overlap in memory or are not in order"));
    memory_end = segment.address + segment.memory_size;
    if (segment.file_size == 0) continue;
    // The kernel hashes and maps pages: a hole would be bytes that nothing accounts for.
    TRY(require(segment.offset == file_end, "there is a hole between segments, or an overlap"));
    file_end = segment.offset + segment.file_size;
  }
  return require(file_end == file_size, "there are bytes after the last segment");
}

Status check_known_segments(const LoadedImage& image) {
  for (std::string_view name : {"__PAGEZERO", "__TEXT", "__LINKEDIT", "NODE_SEA"}) {
    TRY(require(std::ranges::count(image.segments, name, &LoadedSegment::name) == 1,
                "a segment is missing or there twice"));
  }
  const LoadedSegment& zero = image.segments.front();
  TRY(require(zero.name == "__PAGEZERO" && zero.address == 0 && zero.memory_size >= kPageZero &&
                  zero.file_size == 0 && zero.protection == 0,
              "the first segment is not __PAGEZERO"));
  const LoadedSegment& text = *image.segment("__TEXT");
  TRY(require(text.offset == 0 && text.protection == (kRead | kRun),
              "__TEXT is not executable or does not begin the file"));
  for (const LoadedSegment& segment : image.segments) {
    for (const LoadedSection& section : segment.sections) {
      TRY(require(is_zero_fill(section) || section.size == 0 || section.offset >= image.header_end,
                  "the load commands run into a section"));
    }
  }
  TRY(require(image.header_end <= text.file_size, "the load commands are not in __TEXT"));
  const LoadedSegment& linkedit = image.segments.back();
  return require(linkedit.name == "__LINKEDIT" && linkedit.protection == kRead &&
                     linkedit.max_protection == kRead && linkedit.sections.empty(),
                 "the last segment is not __LINKEDIT, for reading only");
}

Status check_start(const LoadedImage& image) {
  auto entry = image.command(kMain)->bytes.le<uint64_t>(8);
  const LoadedSegment& text = *image.segment("__TEXT");
  TRY(require(entry && *entry >= image.header_end && *entry < text.file_size,
              "the entry point is not in __TEXT"));
  ByteView dylinker = image.command(kLoadDylinker)->bytes;
  auto at = dylinker.le<uint32_t>(8);
  auto path = at ? dylinker.slice_from(*at) : dylinker.slice_from(~uint64_t{0});
  return require(path && path->text().starts_with(std::string_view("/usr/lib/dyld\0", 14)),
                 "its dynamic linker is not dyld");
}

// As getsectdata does it: the first segment and section of these names.
Status check_blob(const LoadedImage& image, ByteView file) {
  const LoadedSegment& segment = *image.segment("NODE_SEA");
  auto section = std::ranges::find(segment.sections, "__NODE_SEA_BLOB", &LoadedSection::name);
  TRY(require(section != segment.sections.end() && section->size > 0 && !is_zero_fill(*section),
              "Node would not find the application"));
  TRY(require(section->offset % kBlobAlignment == 0 && section->address % kBlobAlignment == 0,
              "the application is not aligned"));
  TRY(require(segment.protection == kRead && segment.max_protection == kRead,
              "the application is not in read-only memory"));
  // What an application carries may contain the text of a fuse; only Node's own counts.
  ByteView before = TRY(file.slice(0, segment.offset));
  return require(has_one_set_fuse(before), "Node's fuse is not set");
}

}  // namespace

Status check_layout(ByteView file) {
  LoadedImage image = TRY(load_image(file));
  TRY(check_header(image));
  TRY(require(!image.segments.empty(), "it has no segments"));
  TRY(check_segments(image, file.size()));
  TRY(check_known_segments(image));
  TRY(check_start(image));
  TRY(check_linkedit(image, file));
  TRY(check_blob(image, file));
  ByteView signature = image.command(kSignature)->bytes;
  return check_signature(file, TRY(signature.le<uint32_t>(8)), image.segment("__TEXT")->file_size);
}

}  // namespace ingot::macho
