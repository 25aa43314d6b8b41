// The notes of an ELF file: named records that a program can find in its own memory.
//
// Owns writing one note and walking many, with the 4-byte alignment that Node's own search uses.
// Knows the names of the two notes that ingot writes; never what is in them.
// Source: System V ABI, chapter 5, "Note Section", and postject_find_resource in Node's
// postject-api.h, which takes the first note whose name begins with "NODE_SEA".
//
//   note = u32 name-size (with NUL)  u32 desc-size  u32 type  name  desc   (both padded to 4)
//
// Errors: "elf-notes-malformed".
#pragma once

#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::elf {

inline constexpr std::string_view kBlobNote = "NODE_SEA_BLOB";
inline constexpr std::string_view kUndoNote = "ingot";
inline constexpr uint32_t kBlobNoteType = 0;
inline constexpr uint32_t kUndoNoteType = 1;
inline constexpr uint64_t kNoteAlignment = 4;

struct Note {
  std::string_view name;  // without the NUL
  uint32_t type = 0;
  uint64_t desc_offset = 0;  // of the walked bytes
  ByteView desc;
};

// All notes of a segment's bytes, in order. Bytes that are no whole note are an error.
Result<std::vector<Note>> read_notes(ByteView segment);

// What comes before a note's desc. The desc and its padding to kNoteAlignment are the caller's.
Bytes note_head(std::string_view name, uint32_t type, uint64_t desc_size);
uint64_t note_head_size(std::string_view name);

}  // namespace ingot::elf
