#include "packer/executable/elf/layout.h"

#include <algorithm>
#include <limits>

#include "packer/executable/elf/notes.h"
#include "packer/executable/elf/sections.h"
#include "packer/executable/sea_blob.h"

namespace ingot::elf {
namespace {

constexpr uint8_t kUnsetFuse = '0';
constexpr uint8_t kSetFuse = '1';
// User space of both CPUs, with 4-level page tables.
constexpr uint64_t kAddressLimit = uint64_t{1} << 47;

struct Range {
  uint64_t offset = 0;  // in the file
  uint64_t size = 0;
};

const Segment* find_only(const Image& image, uint32_t type) {
  const Segment* found = nullptr;
  for (const Segment& segment : image.segments) {
    if (segment.type != type) continue;
    if (found != nullptr) return nullptr;
    found = &segment;
  }
  return found;
}

Error no_slot(const std::string& what) {
  return input_error("elf-no-slot", "this Node binary leaves no room for an application: " + what)
      .hinted("official Node binaries have the room; distributions' own builds may not");
}

Status check_template(const Image& original) {
  if (original.type != kTypeExecutable)
    return fail(input_error("elf-not-exec", "this Node binary is not of ELF type EXEC")
                    .hinted("official Node binaries are; distributions' own builds may not be"));
  if (find_only(original, kProgramHeaders) == nullptr)
    return fail(no_slot("it has not exactly one PT_PHDR segment"));
  if (std::ranges::none_of(original.segments, [](const Segment& s) { return s.type == kLoad; }))
    return fail(no_slot("it has no PT_LOAD segment"));
  return {};
}

Status check_notes(ByteView notes) {
  if (notes.size() % kNoteAlignment != 0)
    return fail(input_error("elf-notes-malformed", "the notes of the executable are damaged"));
  for (const Note& note : TRY(read_notes(notes))) {
    if (note.name.starts_with(kBlobNote) || note.name == kUndoNote)
      return fail(input_error("template-already-injected",
                              "this Node binary carries an application already")
                      .hinted("use an unmodified Node binary"));
  }
  return {};
}

uint64_t end_of_memory(const Image& image) {
  uint64_t end = 0;
  for (const Segment& segment : image.segments) {
    if (segment.type == kLoad) end = std::max(end, segment.address + segment.memory_size);
  }
  return end;
}

std::vector<Segment> change_segments(const std::vector<Segment>& original, const Segment& load) {
  size_t last_load = 0;
  for (size_t i = 0; i < original.size(); ++i) {
    if (original[i].type == kLoad) last_load = i;
  }
  std::vector<Segment> out;
  for (size_t i = 0; i < original.size(); ++i) {
    Segment segment = original[i];
    if (segment.type == kProgramHeaders) continue;
    if (segment.type == kNote) {
      segment = load;
      segment.type = kNote;
      segment.alignment = kNoteAlignment;
    }
    out.push_back(segment);
    if (i == last_load) out.push_back(load);
  }
  return out;
}

// The patches' effect reversed. `patches` hold what is new; `old` what was there.
UndoRecord undo_patches(const std::vector<Patch>& old, uint64_t original_size) {
  UndoRecord record;
  record.original_size = original_size;
  uint64_t at = 0;
  for (const Patch& patch : old) {
    if (patch.offset > at) record.copy(at, patch.offset - at);
    record.insert(patch.bytes);
    at = patch.offset + patch.bytes.size();
  }
  if (original_size > at) record.copy(at, original_size - at);
  return record;
}

// The notes up to the blob. The record is padded so that, with the segment on its boundary, the
// blob comes to an aligned offset.
Bytes make_notes(ByteView original_notes, const UndoRecord& undo, uint64_t blob_size) {
  Bytes record = encode_undo_record(undo);
  uint64_t head = original_notes.size() + note_head_size(kUndoNote) + note_head_size(kBlobNote);
  static_assert(kSeaBlobAlignment <= kUndoPaddingLimit);
  record.resize(align_up(head + record.size(), kSeaBlobAlignment) - head);

  Bytes out(original_notes.begin(), original_notes.end());
  for (const Bytes& part : {note_head(kUndoNote, kUndoNoteType, record.size()), record,
                            note_head(kBlobNote, kBlobNoteType, blob_size)})
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

// What is read again from the finished file to prove it (original.h), so it must be left alone.
std::vector<Range> read_again(const Image& image) {
  std::vector<Range> ranges;
  if (const Segment* note = find_only(image, kNote))
    ranges.push_back({note->offset, note->file_size});
  if (image.sections.empty()) return ranges;
  const Section& names = image.sections[image.tables.names_index];
  ranges.push_back({names.offset, names.size});
  ranges.push_back({image.tables.section_headers_offset, image.sections.size() * sizeof(Section)});
  return ranges;
}

// What the patches replace, ascending. Refuses headers that lie where they cannot.
Result<std::vector<Patch>> replaced(const Template& original) {
  const Image& image = original.image;
  std::vector<Patch> old = {{image.program_headers_offset, encode_segments(image.segments)},
                            {original.fuse_offset, {kUnsetFuse}}};
  if (!image.sections.empty())
    old.push_back({kTableFieldsOffset, encode_table_fields(image.tables)});
  std::ranges::sort(old, {}, &Patch::offset);
  uint64_t end = 0;
  for (const Patch& patch : old) {
    auto patch_end = checked_add(patch.offset, patch.bytes.size());
    bool apart = patch.offset >= end && patch_end && *patch_end <= image.file_size;
    for (const Range& range : read_again(image))
      apart = apart && (*patch_end <= range.offset || patch.offset >= range.offset + range.size);
    if (!apart)
      return fail(
          input_error("elf-malformed", "the program headers of the executable are misplaced"));
    end = *patch_end;
  }
  return old;
}

}  // namespace

Result<Segment> note_segment(const Image& original) {
  const Segment* note = find_only(original, kNote);
  if (note == nullptr) return fail(no_slot("it has not exactly one PT_NOTE segment"));
  return *note;
}

Result<Layout> lay_out(const Template& original, uint64_t blob_size) {
  const Image& image = original.image;
  TRY(check_template(image));
  TRY(note_segment(image));
  TRY(check_notes(original.notes));
  // A note's size is a u32, and Node rounds it up to 4.
  if (blob_size > std::numeric_limits<uint32_t>::max() - kNoteAlignment)
    return fail(input_error("blob-too-large",
                            "the application is larger than the 4 GiB that an "
                            "executable can carry"));
  std::vector<Patch> old = TRY(replaced(original));

  Layout out;
  out.original_size = image.file_size;
  out.undo = undo_patches(old, image.file_size);
  out.segment_offset = align_up(image.file_size, kSegmentBoundary);
  out.notes = make_notes(original.notes, out.undo, blob_size);
  out.blob_offset = out.segment_offset + out.notes.size();
  out.blob_size = blob_size;
  out.file_size = out.blob_offset + align_up(blob_size, kNoteAlignment);
  out.sections_offset = out.file_size;

  uint64_t size = out.file_size - out.segment_offset;
  uint64_t memory_end = end_of_memory(image);
  if (memory_end > kAddressLimit - kSegmentBoundary - size)
    return fail(no_slot("its segments reach the end of the address space"));
  uint64_t address = align_up(memory_end, kSegmentBoundary);
  Segment load{kLoad, kRead, out.segment_offset, address, address, size, size, kSegmentBoundary};
  out.patches = {
      {image.program_headers_offset, encode_segments(change_segments(image.segments, load))},
      {original.fuse_offset, {kSetFuse}}};
  if (!image.sections.empty()) {
    out.sections_offset = align_up(out.file_size, kSectionAlignment);
    SectionTable table = covered(image, original.section_names, load, out.sections_offset);
    out.patches.push_back({kTableFieldsOffset, encode_table_fields(table.fields)});
    out.sections = std::move(table.bytes);
    out.file_size = out.sections_offset + out.sections.size();
  }
  std::ranges::sort(out.patches, {}, &Patch::offset);
  INGOT_CHECK(std::ranges::equal(out.patches, old, [](const Patch& a, const Patch& b) {
    return a.offset == b.offset && a.bytes.size() == b.bytes.size();
  }));
  return out;
}

}  // namespace ingot::elf
