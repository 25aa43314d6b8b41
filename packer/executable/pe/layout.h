// Where everything goes when a blob is put into a PE template.
//
// The only place that computes offsets and addresses. No byte of the template moves but its
// certificates, which sign what is being changed: they are cut off and kept in the undo record.
// One section is added at the end and takes the name ".rsrc"; it holds the whole resource tree
// anew, old data included (tools that edit resources expect all of it in one section), the undo
// record and the blob. A finished file is a function of the template, the presentation and the
// blob, and `prove_original` (original.h) does the function again to see whether a file is one.
//
//   finished file = template without certificates, with patches (headers, fuse byte)
//                   zeros up to the file alignment
//                   resource tree and the data of all resources but the blob
//                   the blob at a multiple of kSeaBlobAlignment
//                   zeros up to the file alignment
//
// Errors: "pe-no-slot" (no room for a section header), "pe-malformed", "pe-resources-malformed",
// "template-already-injected", "blob-too-large".
#pragma once

#include "packer/executable/pe/object.h"
#include "packer/executable/pe/resources.h"
#include "packer/executable/undo_record.h"

namespace ingot::pe {

// Microsoft's loader maps no larger image.
inline constexpr uint64_t kLargestFile = (uint64_t{1} << 31) - 1;

struct Patch {
  uint64_t offset = 0;  // in the template and the finished file
  Bytes bytes;          // that replace the template's
};

// What is cast. `body` is the template, or a finished file made of it: they are the same where
// resources lie.
struct Template {
  Image image;
  ByteView body;
  ByteView certificates;
  uint64_t fuse_offset = 0;  // of the byte to set
};

// How the finished file shows itself to Windows, where that is not the template's way.
struct Presentation {
  std::vector<Resource> resources;  // in the tree's order; instead of the template's of these types
  uint16_t subsystem = kConsole;
};

struct Layout {
  std::vector<Patch> patches;    // ascending, apart; the checksum in them is zero
  uint64_t checksum_offset = 0;  // in the file
  uint64_t kept_size = 0;        // bytes of the template, without its certificates
  uint64_t section_offset = 0;   // in the file
  Bytes section_head;            // from there up to the blob
  uint64_t blob_offset = 0;      // in the file
  uint64_t blob_size = 0;        // bytes
  uint64_t file_size = 0;        // bytes
  UndoRecord undo;
};

// Whether there is room for one more section header, in zeros: "pe-no-slot".
Status check_room(const Image& original, ByteView file);

// `original` has the room.
Result<Layout> lay_out(const Template& original, const Presentation& presentation,
                       uint64_t blob_size);

}  // namespace ingot::pe
