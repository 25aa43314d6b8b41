#include "packer/executable/pe/original.h"

#include "packer/executable/expected_bytes.h"
#include "packer/executable/pe/checksum.h"
#include "packer/executable/pe/dressing.h"
#include "packer/executable/pe/reader.h"

namespace ingot::pe {
namespace {

struct Finished {
  Image image;
  ByteView undo;
  ByteView blob;
  Presentation presentation;
};

Result<Finished> read_finished(ByteView file) {
  Finished out;
  out.image = TRY(read_pe(file));
  bool has_undo = false, has_blob = false;
  for (Resource& resource : TRY(read_resources(out.image, file))) {
    if (resource.is(kRawData, kUndoResource)) {
      out.undo = resource.data;
      has_undo = true;
    } else if (resource.is(kRawData, kBlobResource)) {
      out.blob = resource.data;
      has_blob = true;
    } else if (is_shown(resource)) {
      out.presentation.resources.push_back(std::move(resource));
    }
  }
  if (!has_undo || !has_blob) return fail(not_ours());
  out.presentation.subsystem = out.image.optional.subsystem;
  return out;
}

// The original as the record has it. Its headers are the literal where the finished file's headers
// are; its certificates, if it has any, the last piece; the fuse what is left.
Result<Template> rebuild(ByteView file, const Image& finished, const UndoRecord& undo) {
  Template out;
  uint64_t at = 0;
  bool has_headers = false;
  for (const UndoPiece& piece : undo.pieces) {
    bool is_last = &piece == &undo.pieces.back();
    if (!piece.source && at == finished.headers_offset && !has_headers) {
      if (piece.length < sizeof(SectionHeader)) return fail(altered("its original's headers"));
      ByteView headers(piece.literal.data(), piece.literal.size() - sizeof(SectionHeader));
      out.image = TRY(decode_headers(headers));
      has_headers = true;
    } else if (!piece.source && is_last && piece.length > 1) {
      out.certificates = piece.literal;
    } else if (!piece.source) {
      out.fuse_offset = at;
    }
    at += piece.length;
  }
  if (!has_headers) return fail(altered("its original's headers"));
  out.image.headers_offset = finished.headers_offset;
  out.image.file_size = undo.original_size;
  out.body = file;
  TRY(check_image(out.image));
  return out;
}

// What signing writes into the headers of a file that was cast: where the signature is, and the
// checksum.
Status sign_headers(ByteView file, const Finished& finished, const Layout& layout, Bytes& headers) {
  Image image = TRY(decode_headers(headers));
  uint64_t signature_size = file.size() - layout.file_size;
  if (signature_size > 0)
    image.optional.directories[kCertificates] = {static_cast<uint32_t>(layout.file_size),
                                                 static_cast<uint32_t>(signature_size)};
  image.optional.checksum = checksum_of(file, layout.checksum_offset);
  headers = encode_headers(image);
  if (image.optional.checksum != finished.image.optional.checksum)
    return fail(altered("its checksum is not that of its bytes"));
  return {};
}

Status compare_layout(ByteView file, const Finished& finished, Layout layout) {
  if (file.size() < layout.file_size || file.size() > kLargestFile)
    return fail(altered("its size"));
  for (Patch& patch : layout.patches) {
    if (patch.offset == finished.image.headers_offset)
      TRY(sign_headers(file, finished, layout, patch.bytes));
    TRY(expect_bytes(file, patch.offset, patch.bytes, "the headers"));
  }
  TRY(expect_padding(file, layout.kept_size, layout.section_offset));
  TRY(expect_bytes(file, layout.section_offset, layout.section_head, "the resources"));
  return expect_padding(file, layout.blob_offset + layout.blob_size, layout.file_size);
}

}  // namespace

Result<ByteView> find_blob(ByteView file) {
  return TRY(read_finished(file)).blob;
}

Result<Presentation> presentation_of(ByteView file) {
  return TRY(read_finished(file)).presentation;
}

Result<UndoRecord> prove_original(ByteView file) {
  Finished finished = TRY(read_finished(file));
  auto undo = decode_undo_record(finished.undo);
  if (!undo) return fail(altered("its undo record", undo.error()));
  auto original = rebuild(file, finished.image, *undo);
  if (!original) return fail(altered("its undo record", original.error()));
  auto layout = lay_out(*original, finished.presentation, finished.blob.size());
  if (!layout) return fail(altered("its undo record", layout.error()));
  if (layout->undo != *undo) return fail(altered("its undo record"));
  TRY(compare_layout(file, finished, *layout));
  TRY(expect_fuse(file, original->fuse_offset));
  return *undo;
}

}  // namespace ingot::pe
