// Where everything goes when a blob is put into a Mach-O template.
//
// The only place that computes offsets and addresses. Node finds its blob in a segment NODE_SEA,
// which goes before __LINKEDIT: the loader wants that one last. So __LINKEDIT moves, with every
// offset into it; nothing before it does. A finished file is a function of the template, the blob
// and how it is signed, and `prove_original` (original.h) can do the function again to see whether
// a file is one.
//
//   finished file = template up to __LINKEDIT with patches (header and load commands, fuse byte)
//                   segment NODE_SEA, whole pages:
//                     CastRecord, padded so that the blob is aligned
//                     the blob, section __NODE_SEA_BLOB, at a multiple of kSeaBlobAlignment
//                     zeros
//                   segment __LINKEDIT:
//                     the template's up to its signature; chained fixups with one segment more
//                     zeros up to a multiple of 16
//                     the signature (code_signature.h), up to the end of the file
//
// Errors: "macho-no-header-room", "macho-no-slot" (the template has no __LINKEDIT at its end, no
// signature there, or what ingot does not know how to move), "macho-linkedit-malformed",
// "macho-fixups-malformed", "template-already-injected", "blob-too-large", "macho-malformed".
#pragma once

#include <string>

#include "packer/executable/macho/cast_record.h"
#include "packer/executable/macho/object.h"

namespace ingot::macho {

// What `lay_out` needs to know of a template: a few of its bytes, which an undo record has as well.
struct Template {
  Image image;
  uint64_t fuse_offset = 0;  // of the byte to set
  Bytes header;              // header, load commands and the room that casting takes behind them
  Bytes fixups_head;         // of the chained fixups; empty where there are none
  Bytes tail;                // from the end of what __LINKEDIT holds beside the signature
};

// What does not depend on anything outside the header.
struct TemplatePlaces {
  uint64_t header_size = 0;      // bytes, with the room that is needed
  uint64_t linkedit_offset = 0;  // all offsets in the file
  uint64_t fixups_offset = 0;    // of the chained fixups' data; 0 where there are none
  uint64_t fixups_size = 0;      // bytes
  uint64_t content_end = 0;      // of what __LINKEDIT holds beside the signature
  uint64_t signature_offset = 0;
};

Result<TemplatePlaces> template_places(const Image& original);

// `fuse_offset`: as `find_unset_fuse` found it in `original`.
Result<Template> template_parts(ByteView original, Image image, uint64_t fuse_offset);

// A file's bytes in terms of the template's, when its __LINKEDIT is `shift` bytes further and the
// head of the chained fixups in it `growth` bytes longer.
UndoRecord undo_of(const Template& original, const TemplatePlaces& places, uint64_t shift,
                   uint64_t growth);

struct Layout {
  Image image;  // of the finished file, but for the signature's size
  uint64_t fuse_offset = 0;
  uint64_t linkedit_offset = 0;  // in the template; the segment's offset in the finished file
  Bytes record;                  // the segment's bytes up to the blob
  uint64_t blob_offset = 0;
  uint64_t blob_size = 0;         // bytes
  uint64_t segment_end = 0;       // in the finished file: where __LINKEDIT begins
  uint64_t fixups_offset = 0;     // in the template
  Bytes fixups_head;              // in its place: longer by fixups_growth
  uint64_t fixups_growth = 0;     // bytes
  uint64_t content_end = 0;       // in the template
  uint64_t signature_offset = 0;  // in the finished file: what is signed is before it
  CastRecord cast_record;

  // The file's beginning, once the signature's size (bytes) is known: a multiple of 16.
  Result<Bytes> header(uint64_t signature_size) const;
};

// The beginning of a file with a signature of that size (bytes; a multiple of 16), which is its
// end.
Result<Bytes> header_of(const Image& image, uint64_t signature_offset, uint64_t signature_size);

// How the file will be signed ad hoc is noted in the layout's record.
Result<Layout> lay_out(const Template& original, uint64_t blob_size, uint32_t signature_flags,
                       std::string identifier);

}  // namespace ingot::macho
