// Where everything goes when a blob is put into an ELF template.
//
// The only place that computes offsets and addresses. No byte of the template moves: the program
// header table keeps its place and its length by giving up PT_PHDR (which a file of type ET_EXEC
// does not need), PT_NOTE is pointed at new notes, and one PT_LOAD that holds these is added. So a
// finished file is a function of the template and the blob, and `prove_original` (original.h) can
// do the function again to see whether a file is one.
//
//   finished file = template with patches (place of the sections, program headers, fuse byte)
//                   zeros up to kSegmentBoundary
//                   the template's own notes (build id, ABI tag), so that they stay in memory
//                   note "ingot": UndoRecord, padded so that the blob is aligned
//                   note "NODE_SEA_BLOB": the blob at a multiple of kSeaBlobAlignment
//                   zeros up to a multiple of 4; here the segment ends
//                   if the template has sections: zeros up to a multiple of 8, their names and
//                   ours, zeros up to a multiple of 8, their headers and one that covers the
//                   segment, since strip keeps only what a section covers
//
// Errors: "elf-not-exec" (a position-independent or other kind of file), "elf-no-slot" (not exactly
// one PT_PHDR and one PT_NOTE, or no PT_LOAD), "elf-malformed", "elf-notes-malformed",
// "template-already-injected", "blob-too-large".
#pragma once

#include "packer/executable/elf/object.h"
#include "packer/executable/undo_record.h"

namespace ingot::elf {

// The largest page of the CPUs we write for (arm64 may have 64 KiB): a segment that begins here is
// mappable on each of them.
inline constexpr uint64_t kSegmentBoundary = 0x10000;

struct Patch {
  uint64_t offset = 0;  // in the template and the finished file
  Bytes bytes;          // that replace the template's
};

struct Layout {
  std::vector<Patch> patches;    // ascending, apart
  uint64_t original_size = 0;    // bytes
  uint64_t segment_offset = 0;   // in the file
  Bytes notes;                   // from there up to the blob
  uint64_t blob_offset = 0;      // in the file
  uint64_t blob_size = 0;        // bytes
  uint64_t sections_offset = 0;  // in the file: where zeros after the blob end
  Bytes sections;                // names and headers
  uint64_t file_size = 0;        // bytes
  UndoRecord undo;
};

struct Template {
  Image image;
  uint64_t fuse_offset = 0;  // of the byte to set
  ByteView notes;            // the bytes of the PT_NOTE segment
  ByteView section_names;    // see reader.h
};

Result<Layout> lay_out(const Template& original, uint64_t blob_size);

// The file range of the one PT_NOTE of a template, or "elf-no-slot".
Result<Segment> note_segment(const Image& original);

}  // namespace ingot::elf
