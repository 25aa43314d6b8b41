#include "packer/executable/elf/notes.h"

#include <limits>

namespace ingot::elf {
namespace {

constexpr uint64_t kHeadSize = 12;
constexpr size_t kMaxNotes = 256;

void append(Bytes& out, uint64_t value) {
  INGOT_CHECK(value <= std::numeric_limits<uint32_t>::max());
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<uint8_t>(value >> shift));
}

Result<Note> read_note(ByteView segment, uint64_t at) {
  uint32_t name_size = TRY(segment.le<uint32_t>(at));
  uint32_t desc_size = TRY(segment.le<uint32_t>(at + 4));
  Note note;
  note.type = TRY(segment.le<uint32_t>(at + 8));
  note.name = TRY(segment.slice(at + kHeadSize, name_size)).text();
  if (note.name.ends_with('\0')) note.name.remove_suffix(1);
  note.desc_offset = at + kHeadSize + align_up(name_size, kNoteAlignment);
  note.desc = TRY(segment.slice(note.desc_offset, desc_size));
  return note;
}

}  // namespace

Result<std::vector<Note>> read_notes(ByteView segment) {
  std::vector<Note> notes;
  uint64_t at = 0;
  while (at < segment.size()) {
    if (notes.size() == kMaxNotes)
      return fail(input_error("elf-notes-malformed", "the executable has too many notes"));
    auto note = read_note(segment, at);
    if (!note)
      return fail(input_error("elf-notes-malformed", "the notes of the executable are damaged")
                      .note(note.error().message));
    at = note->desc_offset + align_up(note->desc.size(), kNoteAlignment);
    notes.push_back(*note);
  }
  return notes;
}

Bytes note_head(std::string_view name, uint32_t type, uint64_t desc_size) {
  Bytes out;
  append(out, name.size() + 1);
  append(out, desc_size);
  append(out, type);
  out.insert(out.end(), name.begin(), name.end());
  out.push_back(0);
  out.resize(note_head_size(name));
  return out;
}

uint64_t note_head_size(std::string_view name) {
  return kHeadSize + align_up(name.size() + 1, kNoteAlignment);
}

}  // namespace ingot::elf
