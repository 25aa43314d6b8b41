#include "packer/executable/elf/original.h"

#include <algorithm>

#include "packer/executable/elf/layout.h"
#include "packer/executable/elf/notes.h"
#include "packer/executable/elf/reader.h"
#include "packer/executable/expected_bytes.h"

namespace ingot::elf {
namespace {

struct FoundNotes {
  ByteView undo;
  ByteView blob;
};

Result<FoundNotes> find_notes(ByteView file, const Image& image) {
  for (const Segment& segment : image.segments) {
    if (segment.type != kNote) continue;
    auto notes = read_notes(TRY(file.slice(segment.offset, segment.file_size)));
    if (!notes) continue;
    auto named = [&](std::string_view name) {
      return std::ranges::find(*notes, name, &Note::name);
    };
    auto undo = named(kUndoNote);
    auto blob = named(kBlobNote);
    if (undo != notes->end() && blob != notes->end()) return FoundNotes{undo->desc, blob->desc};
  }
  return fail(not_ours());
}

// The template, as the record has it, from the finished file's image.
Result<Template> rebuild(ByteView file, const Image& finished, const UndoRecord& undo) {
  if (undo.original_size > finished.file_size)
    return fail(altered("its original would be larger than it is"));
  Template out;
  out.image = finished;
  out.image.file_size = undo.original_size;
  uint64_t at = 0;
  for (const UndoPiece& piece : undo.pieces) {
    if (!piece.source && at == finished.program_headers_offset &&
        piece.length == finished.program_headers_size())
      out.image.segments = TRY(decode_segments(piece.literal));
    else if (!piece.source && at == kTableFieldsOffset && piece.length == sizeof(TableFields))
      out.image.tables = TRY(ByteView(piece.literal).record<TableFields>(0));
    else if (!piece.source)
      out.fuse_offset = at;
    at += piece.length;
  }
  // Nothing of the template moves, so its section headers are where they were.
  ByteView original = TRY(file.slice(0, undo.original_size));
  out.image.sections = TRY(read_sections(out.image.tables, original));
  out.section_names = TRY(section_names(out.image, original));
  Segment note = TRY(note_segment(out.image));
  out.notes = TRY(original.slice(note.offset, note.file_size));
  return out;
}

Status compare_layout(ByteView file, const Layout& layout) {
  for (const Patch& patch : layout.patches)
    TRY(expect_bytes(file, patch.offset, patch.bytes, "the headers"));
  TRY(expect_padding(file, layout.original_size, layout.segment_offset));
  TRY(expect_bytes(file, layout.segment_offset, layout.notes, "the notes"));
  TRY(expect_padding(file, layout.blob_offset + layout.blob_size, layout.sections_offset));
  TRY(expect_bytes(file, layout.sections_offset, layout.sections, "the section headers"));
  if (file.size() != layout.file_size) return fail(altered("its size"));
  return {};
}

}  // namespace

Result<ByteView> find_blob(ByteView file) {
  Image image = TRY(read_elf(file));
  return TRY(find_notes(file, image)).blob;
}

Result<UndoRecord> prove_original(ByteView file) {
  Image image = TRY(read_elf(file));
  FoundNotes notes = TRY(find_notes(file, image));
  auto undo = decode_undo_record(notes.undo);
  if (!undo) return fail(altered("its undo record", undo.error()));
  auto original = rebuild(file, image, *undo);
  if (!original) return fail(altered("its undo record", original.error()));

  auto layout = lay_out(*original, notes.blob.size());
  if (!layout) return fail(altered("its undo record", layout.error()));
  if (layout->undo != *undo) return fail(altered("its undo record"));
  TRY(compare_layout(file, *layout));
  TRY(expect_fuse(file, original->fuse_offset));
  return *undo;
}

}  // namespace ingot::elf
