#include "packer/executable/macho/compact.h"

#include <algorithm>

#include "packer/executable/macho/layout.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/signature_plan.h"
#include "packer/executable/macho/writer.h"

namespace ingot::macho {
namespace {

// loader/program/darwin/record.S has it.
constexpr std::string_view kFrameSegment = "__INGOT";
constexpr std::string_view kFrameSection = "__frame";
constexpr std::string_view kIdentifier = "loader";
// Of LC_BUILD_VERSION: the oldest system that it runs on, and the SDK. Of LC_MAIN: the stack's
// size.
constexpr uint32_t kVersionsAt = 12, kVersionsSize = 8;
constexpr uint32_t kStackAt = 16, kStackSize = 8;

const SegmentView* frame_segment(const Image& image) {
  const SegmentView* view = image.segment(kFrameSegment);
  bool ours = view != nullptr && view->sections.size() == 1 &&
              name_text(view->sections.front().name) == kFrameSection;
  return ours ? view : nullptr;
}

// What macOS takes from the load commands of the program that is started.
Status take_over(const Image& node, Image& loader, uint32_t type, uint32_t at, uint32_t size) {
  const Command* theirs = node.command(type);
  for (Command& command : loader.commands) {
    if (command.type != type || theirs == nullptr) continue;
    ByteView field = TRY(ByteView(theirs->bytes).slice(at, size));
    if (at + size > command.bytes.size())
      return fail(input_error("macho-no-slot", "a load command of the loader is too short"));
    std::ranges::copy(field, command.bytes.begin() + at);
  }
  return {};
}

// With the segment `size` bytes long, `shift` more than before, and what is behind it moved.
void grow(Image& image, const SegmentView& frame, uint64_t size, uint64_t shift) {
  uint64_t linkedit_offset = image.segments.back().segment.offset;
  for (Command& command : image.commands)
    for (const FileReference& reference : file_references(command.type))
      if (uint32_t offset = field(command, reference.offset_at); offset >= linkedit_offset)
        set_field(command, reference.offset_at, static_cast<uint32_t>(offset + shift));

  Segment segment = frame.segment;
  segment.file_size += shift;
  segment.memory_size = segment.file_size;
  Section section = frame.sections.front();
  section.size = size;
  Command& command = image.commands[frame.command];
  replace_segment(command, segment);
  std::memcpy(command.bytes.data() + sizeof segment, &section, sizeof section);

  SegmentView& linkedit = image.segments.back();
  linkedit.segment.offset += shift;
  linkedit.segment.address += shift;
}

}  // namespace

Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame,
                           ByteView node) {
  Image image = TRY(read_macho(loader)), of_node = TRY(read_macho(node));
  TemplatePlaces places = TRY(template_places(image));
  const SegmentView* found = frame_segment(image);
  if (found == nullptr || found->sections.front().size != sizeof header ||
      found != &image.segments[image.segments.size() - 2] ||
      found->segment.offset + found->segment.file_size != places.linkedit_offset)
    return fail(input_error("macho-no-slot", "the loader has no room for a runtime"));
  const SegmentView slot = *found;
  uint64_t size = sizeof header + frame.size();
  uint64_t shift = align_up(size, page_size_of(image.header.cpu)) - slot.segment.file_size;

  TRY(take_over(of_node, image, kBuildVersion, kVersionsAt, kVersionsSize));
  TRY(take_over(of_node, image, kMain, kStackAt, kStackSize));
  grow(image, slot, size, shift);

  ByteView before = TRY(loader.slice(0, slot.segment.offset));
  ByteView after =
      TRY(loader.slice(places.linkedit_offset, places.content_end - places.linkedit_offset));
  Bytes record = seal_header(header, frame.size());
  Bytes out;
  for (ByteView part : {before, ByteView(record), frame})
    out.insert(out.end(), part.begin(), part.end());
  out.resize(places.linkedit_offset + shift);
  out.insert(out.end(), after.begin(), after.end());

  SignatureContent signature;
  signature.flags = kAdHoc;
  signature.identifier = kIdentifier;
  signature.slots = TRY(entitlements_in(TRY(signature_in(of_node, node))));
  signature.slots.insert(signature.slots.begin(), no_requirements());
  return sign_in_memory(std::move(out), image, std::move(signature));
}

Result<std::optional<CompactParts>> find_compact(ByteView file) {
  Image image = TRY(read_macho(file));
  const SegmentView* found = frame_segment(image);
  if (found == nullptr) return std::nullopt;
  const Section& section = found->sections.front();
  return TRY(read_parts(TRY(file.slice(section.offset, section.size))));
}

}  // namespace ingot::macho
