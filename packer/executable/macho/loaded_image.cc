#include "packer/executable/macho/loaded_image.h"

#include <algorithm>

namespace ingot::macho {
namespace {

constexpr uint64_t kHeaderSize = 32;
constexpr uint64_t kSegmentSize = 72;
constexpr uint64_t kSectionSize = 80;
constexpr uint32_t kSegmentCommand = 0x19;
constexpr uint32_t kArm64 = 0x0100000c;

std::string_view name_at(ByteView bytes, uint64_t offset) {
  auto name = bytes.slice(offset, 16);
  if (!name) return {};
  std::string_view text = name->text();
  return text.substr(0, text.find('\0'));
}

Result<LoadedSection> read_section(ByteView bytes) {
  return LoadedSection{name_at(bytes, 0),           name_at(bytes, 16),
                       TRY(bytes.le<uint64_t>(32)), TRY(bytes.le<uint64_t>(40)),
                       TRY(bytes.le<uint32_t>(48)), TRY(bytes.le<uint32_t>(52)),
                       TRY(bytes.le<uint32_t>(60)), TRY(bytes.le<uint32_t>(64))};
}

Result<LoadedSegment> read_segment(ByteView bytes) {
  TRY(require(bytes.size() >= kSegmentSize, "a segment's load command is too short"));
  uint32_t sections = TRY(bytes.le<uint32_t>(64));
  TRY(require(bytes.size() == kSegmentSize + sections * kSectionSize,
              "a segment's load command is not as long as its sections need"));
  LoadedSegment segment{name_at(bytes, 8),           TRY(bytes.le<uint64_t>(24)),
                        TRY(bytes.le<uint64_t>(32)), TRY(bytes.le<uint64_t>(40)),
                        TRY(bytes.le<uint64_t>(48)), TRY(bytes.le<uint32_t>(56)),
                        TRY(bytes.le<uint32_t>(60)), {}};
  for (uint32_t i = 0; i < sections; ++i) {
    ByteView section = TRY(bytes.slice(kSegmentSize + i * kSectionSize, kSectionSize));
    segment.sections.push_back(TRY(read_section(section)));
  }
  return segment;
}

}  // namespace

uint64_t LoadedImage::page() const {
  return cpu == kArm64 ? 0x4000 : 0x1000;
}

const LoadedSegment* LoadedImage::segment(std::string_view name) const {
  auto found = std::ranges::find(segments, name, &LoadedSegment::name);
  return found == segments.end() ? nullptr : &*found;
}

size_t LoadedImage::count(uint32_t command_type) const {
  return static_cast<size_t>(std::ranges::count(commands, command_type, &LoadedCommand::type));
}

const LoadedCommand* LoadedImage::command(uint32_t type) const {
  auto found = std::ranges::find(commands, type, &LoadedCommand::type);
  return found == commands.end() ? nullptr : &*found;
}

Result<LoadedImage> load_image(ByteView file) {
  auto header = file.slice(0, kHeaderSize);
  if (!header) return fail(layout_broken("the Mach-O header is cut off"));
  TRY(require(header->le<uint32_t>(0) == 0xfeedfacf, "no magic number of 64-bit Mach-O"));
  LoadedImage image;
  image.cpu = TRY(header->le<uint32_t>(4));
  image.file_type = TRY(header->le<uint32_t>(12));
  image.flags = TRY(header->le<uint32_t>(24));
  uint32_t count = TRY(header->le<uint32_t>(16));
  uint32_t size = TRY(header->le<uint32_t>(20));
  image.header_end = kHeaderSize + size;
  auto commands = file.slice(kHeaderSize, size);
  if (!commands) return fail(layout_broken("the load commands are not in the file"));
  uint64_t at = 0;
  for (uint32_t i = 0; i < count; ++i) {
    auto length = commands->le<uint32_t>(at + 4);
    TRY(require(length && *length >= 8 && *length % 8 == 0,
                "a load command's size is no multiple of 8"));
    auto bytes = commands->slice(at, *length);
    if (!bytes) return fail(layout_broken("a load command is not among the load commands"));
    image.commands.push_back({TRY(bytes->le<uint32_t>(0)), *bytes});
    if (image.commands.back().type == kSegmentCommand)
      image.segments.push_back(TRY(read_segment(*bytes)));
    at += *length;
  }
  TRY(require(at == size, "the load commands have another size than the header says"));
  return image;
}

Error layout_broken(const std::string& rule) {
  return input_error("macho-layout", "the executable would not load: " + rule);
}

Status require(bool kept, const char* rule) {
  if (kept) return {};
  return fail(layout_broken(rule));
}

}  // namespace ingot::macho
