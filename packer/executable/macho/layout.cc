#include "packer/executable/macho/layout.h"

#include <algorithm>
#include <limits>

#include "packer/executable/macho/chained_fixups.h"
#include "packer/executable/macho/code_signature.h"
#include "packer/executable/sea_blob.h"

namespace ingot::macho {
namespace {

constexpr uint8_t kUnsetFuse = '0';
constexpr uint64_t kAddedHeader = sizeof(Segment) + sizeof(Section);
// Offsets in load commands have 32 bits.
constexpr uint64_t kFileLimit = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kAddressLimit = uint64_t{1} << 47;

Error no_slot(const std::string& what) {
  return input_error("macho-no-slot", "this Node binary leaves no room for an application: " + what)
      .hinted("official Node binaries have the room");
}

Error misplaced(const std::string& what) {
  return input_error("macho-linkedit-malformed",
                     "the __LINKEDIT segment of the Mach-O executable is damaged: " + what);
}

Error too_large() {
  return input_error("blob-too-large",
                     "the application is larger than the 4 GiB that an executable can have");
}

Result<const SegmentView*> linkedit_of(const Image& image) {
  if (image.segment(kSeaSegment) != nullptr)
    return fail(
        input_error("template-already-injected", "this Node binary carries an application already")
            .hinted("use an unmodified Node binary"));
  if (image.segments.empty() || name_text(image.segments.back().segment.name) != kLinkeditSegment ||
      image.segment(kLinkeditSegment) != &image.segments.back())
    return fail(no_slot("its last segment is not __LINKEDIT"));
  const SegmentView& linkedit = image.segments.back();
  if (!linkedit.sections.empty() ||
      linkedit.segment.offset + linkedit.segment.file_size != image.file_size)
    return fail(no_slot("its __LINKEDIT segment is not the end of the file"));
  if (linkedit.segment.address > kAddressLimit)
    return fail(no_slot("its segments reach the end of the address space"));
  return &linkedit;
}

Result<uint64_t> signature_offset_of(const Image& image, uint64_t linkedit_offset) {
  if (std::ranges::count(image.commands, uint32_t{kCodeSignature}, &Command::type) != 1)
    return fail(no_slot("it has not exactly one code signature"));
  const Command& command = *image.command(kCodeSignature);
  uint64_t offset = field(command, 8);
  if (offset < linkedit_offset || offset + field(command, 12) != image.file_size)
    return fail(no_slot("its code signature is not the end of the file"));
  return offset;
}

uint64_t first_section_offset(const Image& image) {
  uint64_t first = image.segments.back().segment.offset;
  for (const SegmentView& view : image.segments) {
    for (const Section& section : view.sections) {
      if (section.has_file_bytes() && section.size != 0)
        first = std::min<uint64_t>(first, section.offset);
    }
  }
  return first;
}

Status check_header_room(const Image& image) {
  uint64_t first = first_section_offset(image);
  uint64_t end = image.header_size();
  if (end + kAddedHeader <= first) return {};
  return fail(input_error("macho-no-header-room",
                          "this Node binary leaves no room for the header of another segment: " +
                              std::to_string(kAddedHeader) + " bytes are needed, there are " +
                              std::to_string(first > end ? first - end : 0))
                  .hinted("use the Node.js version that is ingot's default"));
}

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
  auto operator<=>(const Range&) const = default;
};

// What the load commands name in the file, but for the signature: all of it is to be between the
// beginning of __LINKEDIT and `limit`, where the signature begins.
Result<std::vector<Range>> linkedit_parts(const Image& image, uint64_t begin, uint64_t limit) {
  std::vector<Range> parts;
  for (const Command& command : image.commands) {
    if (!is_known_command(command.type))
      return fail(no_slot("load command " + std::to_string(command.type) + " is unknown"));
    if (command.type == kCodeSignature) continue;
    for (const FileReference& reference : file_references(command.type)) {
      uint64_t offset = field(command, reference.offset_at);
      uint64_t size = uint64_t{field(command, reference.size_at)} * reference.unit;
      if (offset == 0 && size == 0) continue;
      if (offset < begin || offset > limit || size > limit - offset)
        return fail(misplaced("what a load command names is not inside it"));
      parts.push_back({offset, offset + size});
    }
  }
  return parts;
}

// Where what __LINKEDIT holds beside the signature ends.
Result<uint64_t> content_end_of(const Image& image, uint64_t begin, uint64_t limit) {
  std::vector<Range> parts = TRY(linkedit_parts(image, begin, limit));
  std::ranges::sort(parts);
  uint64_t end = begin;
  for (const Range& part : parts) {
    if (part.begin < end) return fail(misplaced("its parts overlap"));
    end = part.end;
  }
  return end;
}

// The segment's bytes up to the blob. The record's numbers have a fixed length, so its size is
// known before they are.
Bytes encode_padded(const CastRecord& record) {
  static_assert(kSeaBlobAlignment <= kUndoPaddingLimit);
  Bytes bytes = encode_cast_record(record);
  bytes.resize(align_up(bytes.size(), kSeaBlobAlignment));
  return bytes;
}

Command sea_command(const Layout& layout, const Segment& linkedit) {
  Segment segment;
  segment.command_size = kAddedHeader;
  segment.name = make_name(kSeaSegment);
  segment.address = linkedit.address;
  segment.offset = layout.linkedit_offset;
  segment.file_size = segment.memory_size = layout.segment_end - layout.linkedit_offset;
  segment.max_protection = segment.initial_protection = kReadable;
  segment.section_count = 1;
  Section section;
  section.name = make_name(kSeaSection);
  section.segment = segment.name;
  section.address = segment.address + layout.record.size();
  section.size = layout.blob_size;
  section.offset = static_cast<uint32_t>(layout.blob_offset);
  section.alignment_log = std::countr_zero(kSeaBlobAlignment);

  Command command{kSegment64, Bytes(kAddedHeader)};
  std::memcpy(command.bytes.data(), &segment, sizeof(segment));
  std::memcpy(command.bytes.data() + sizeof(segment), &section, sizeof(section));
  return command;
}

// Moves all that names a place in __LINKEDIT, and what is after the head of the chained fixups by
// the bytes that this grew.
void move_references(Layout& layout) {
  uint64_t shift = layout.segment_end - layout.linkedit_offset;
  for (Command& command : layout.image.commands) {
    for (const FileReference& reference : file_references(command.type)) {
      uint64_t offset = field(command, reference.offset_at);
      if (offset == 0) continue;
      bool behind = offset > layout.fixups_offset;
      set_field(command, reference.offset_at,
                static_cast<uint32_t>(offset + shift + (behind ? layout.fixups_growth : 0)));
    }
    if (command.type == kChainedFixups)
      set_field(command, 12, static_cast<uint32_t>(field(command, 12) + layout.fixups_growth));
  }
}

void change_commands(Layout& layout) {
  move_references(layout);
  SegmentView& linkedit = layout.image.segments.back();
  Command added = sea_command(layout, linkedit.segment);
  linkedit.segment.address += layout.segment_end - layout.linkedit_offset;
  linkedit.segment.offset = layout.segment_end;
  auto& commands = layout.image.commands;
  commands.insert(commands.begin() + static_cast<ptrdiff_t>(linkedit.command), std::move(added));
  ++linkedit.command;
}

}  // namespace

UndoRecord undo_of(const Template& original, const TemplatePlaces& places, uint64_t shift,
                   uint64_t growth) {
  UndoRecord undo;
  undo.original_size = original.image.file_size;
  undo.insert(original.header);
  undo.copy(places.header_size, original.fuse_offset - places.header_size);
  undo.insert({kUnsetFuse});
  undo.copy(original.fuse_offset + 1, places.linkedit_offset - original.fuse_offset - 1);
  uint64_t at = places.linkedit_offset;
  if (!original.fixups_head.empty()) {
    undo.copy(at + shift, places.fixups_offset - at);
    undo.insert(original.fixups_head);
    at = places.fixups_offset + original.fixups_head.size();
  }
  undo.copy(at + shift + growth, places.content_end - at);
  undo.insert(original.tail);
  return undo;
}

Result<TemplatePlaces> template_places(const Image& original) {
  TemplatePlaces places;
  places.linkedit_offset = TRY(linkedit_of(original))->segment.offset;
  TRY(check_header_room(original));
  places.header_size = original.header_size() + kAddedHeader;
  places.signature_offset = TRY(signature_offset_of(original, places.linkedit_offset));
  places.content_end =
      TRY(content_end_of(original, places.linkedit_offset, places.signature_offset));
  if (std::ranges::count(original.commands, uint32_t{kChainedFixups}, &Command::type) > 1)
    return fail(misplaced("it has chained fixups twice"));
  if (const Command* fixups = original.command(kChainedFixups)) {
    places.fixups_offset = field(*fixups, 8);
    places.fixups_size = field(*fixups, 12);
    if (places.fixups_offset == 0) return fail(misplaced("its chained fixups are nowhere"));
  }
  return places;
}

Result<Template> template_parts(ByteView original, Image image, uint64_t fuse_offset) {
  TemplatePlaces places = TRY(template_places(image));
  auto copy = [&](uint64_t begin, uint64_t end) -> Result<Bytes> {
    ByteView bytes = TRY(original.slice(begin, end - begin));
    return Bytes(bytes.begin(), bytes.end());
  };
  Template parts;
  parts.fuse_offset = fuse_offset;
  parts.header = TRY(copy(0, places.header_size));
  if (places.fixups_offset != 0) {
    ByteView fixups = TRY(original.slice(places.fixups_offset, places.fixups_size));
    uint64_t size = TRY(fixups_head_size(fixups, image.segments.size()));
    TRY(fixups.slice(0, size));
    parts.fixups_head = TRY(copy(places.fixups_offset, places.fixups_offset + size));
  }
  parts.tail = TRY(copy(places.content_end, original.size()));
  parts.image = std::move(image);
  return parts;
}

Result<Layout> lay_out(const Template& original, uint64_t blob_size, uint32_t signature_flags,
                       std::string identifier) {
  TemplatePlaces places = TRY(template_places(original.image));
  uint64_t fuse = original.fuse_offset;
  if (fuse < places.header_size || fuse >= places.linkedit_offset)
    return fail(no_slot("its fuse is not between its header and __LINKEDIT"));
  if (blob_size > kFileLimit) return fail(too_large());

  Layout out;
  out.image = original.image;
  out.fuse_offset = fuse;
  out.linkedit_offset = places.linkedit_offset;
  out.fixups_offset = places.fixups_offset;
  out.content_end = places.content_end;
  if (places.fixups_offset != 0) {
    out.fixups_head = TRY(add_fixups_segment(original.fixups_head, original.image.segments.size()));
    out.fixups_growth = out.fixups_head.size() - original.fixups_head.size();
  }
  out.cast_record = {signature_flags, std::move(identifier),
                     undo_of(original, places, 0, out.fixups_growth)};
  uint64_t record_size = encode_padded(out.cast_record).size();
  uint64_t page = page_size_of(original.image.header.cpu);
  uint64_t shift = align_up(record_size + blob_size, page);
  out.cast_record.undo = undo_of(original, places, shift, out.fixups_growth);
  out.record = encode_padded(out.cast_record);

  out.blob_offset = out.linkedit_offset + record_size;
  out.blob_size = blob_size;
  out.segment_end = out.linkedit_offset + shift;
  out.signature_offset =
      align_up(places.content_end + shift + out.fixups_growth, kSignatureAlignment);
  if (out.signature_offset > kFileLimit) return fail(too_large());
  change_commands(out);
  return out;
}

Result<Bytes> header_of(const Image& image, uint64_t signature_offset, uint64_t signature_size) {
  uint64_t end = signature_offset + signature_size;
  if (signature_size > kFileLimit || end > kFileLimit) return fail(too_large());
  SegmentView linkedit = image.segments.back();
  linkedit.segment.file_size = end - linkedit.segment.offset;
  linkedit.segment.memory_size =
      align_up(linkedit.segment.file_size, page_size_of(image.header.cpu));
  if (linkedit.segment.address > kAddressLimit - linkedit.segment.memory_size)
    return fail(no_slot("its segments reach the end of the address space"));

  std::vector<Command> commands = image.commands;
  replace_segment(commands[linkedit.command], linkedit.segment);
  for (Command& command : commands) {
    if (command.type != kCodeSignature) continue;
    set_field(command, 8, static_cast<uint32_t>(signature_offset));
    set_field(command, 12, static_cast<uint32_t>(signature_size));
  }
  return encode_header(image.header, commands);
}

Result<Bytes> Layout::header(uint64_t signature_size) const {
  return header_of(image, signature_offset, signature_size);
}

}  // namespace ingot::macho
