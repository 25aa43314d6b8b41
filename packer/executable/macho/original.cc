#include "packer/executable/macho/original.h"

#include "packer/executable/expected_bytes.h"
#include "packer/executable/macho/cms.h"
#include "packer/executable/macho/page_hashes.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/signature_plan.h"

namespace ingot::macho {
namespace {

struct FoundSegment {
  ByteView record;
  ByteView blob;
};

Result<FoundSegment> find_segment(ByteView file, const Image& image) {
  const SegmentView* view = image.segment(kSeaSegment);
  if (view == nullptr || view->sections.size() != 1) return fail(not_ours());
  const Section& section = view->sections.front();
  if (name_text(section.name) != kSeaSection || section.offset < view->segment.offset)
    return fail(not_ours());
  ByteView record = TRY(file.slice(view->segment.offset, section.offset - view->segment.offset));
  return FoundSegment{record, TRY(file.slice(section.offset, section.size))};
}

// What casting needs to know of the original, as the undo record has it. Only what is taken from
// here is checked; that the record has no more is seen when it is compared with a new one.
Result<Template> rebuild(const UndoRecord& undo) {
  if (undo.pieces.empty() || undo.pieces.front().source || undo.pieces.back().source)
    return fail(altered("its undo record"));
  Template original;
  original.header = undo.pieces.front().literal;
  original.tail = undo.pieces.back().literal;
  original.image = TRY(decode_image(original.header, undo.original_size));
  TRY(check_image(original.image));
  TemplatePlaces places = TRY(template_places(original.image));
  uint64_t at = 0;
  for (const UndoPiece& piece : undo.pieces) {
    bool inner = !piece.source && at != 0 && &piece != &undo.pieces.back();
    if (inner && at == places.fixups_offset)
      original.fixups_head = piece.literal;
    else if (inner)
      original.fuse_offset = at;
    at += piece.length;
  }
  return original;
}

// All but the signature, which is as long as it is.
Status compare_layout(ByteView file, const Layout& layout, uint64_t content_end) {
  if (file.size() < layout.signature_offset) return fail(altered("its size"));
  Bytes header = TRY(layout.header(file.size() - layout.signature_offset));
  TRY(expect_bytes(file, 0, header, "the headers"));
  TRY(expect_bytes(file, layout.linkedit_offset, layout.record, "the undo record"));
  TRY(expect_padding(file, layout.blob_offset + layout.blob_size, layout.segment_end));
  uint64_t shift = layout.segment_end - layout.linkedit_offset;
  TRY(expect_bytes(file, layout.fixups_offset + shift, layout.fixups_head, "the chained fixups"));
  return expect_padding(file, content_end + shift + layout.fixups_growth, layout.signature_offset);
}

Status compare_ad_hoc(ByteView file, const Template& original, const Layout& layout) {
  SignatureContent content = TRY(plan_ad_hoc(original, layout));
  ByteView code = TRY(file.slice(0, layout.signature_offset));
  Bytes directory = make_code_directory(content, hash_pages(code));
  Bytes expected = make_signature(content, directory, {}, signature_size(content, 0));
  if (file.size() != layout.signature_offset + expected.size()) return fail(altered("its size"));
  return expect_bytes(file, layout.signature_offset, expected, "the code signature");
}

// All but the CMS message can be made again from what the signature says itself, and the message
// vouches for that.
Status compare_identity(ByteView file, const Template& original, const Layout& layout,
                        const IdentitySignature& found) {
  CmsSigner signer = TRY(check_cms(found.cms, found.code_directory));
  SignatureContent content = TRY(
      plan_identity(original, layout, found.content.identifier, signer.team, found.requirements));
  ByteView code = TRY(file.slice(0, layout.signature_offset));
  Bytes directory = make_code_directory(content, hash_pages(code));
  uint64_t size = file.size() - layout.signature_offset;
  if (size < signature_size(content, found.cms.size())) return fail(altered("its size"));
  return expect_bytes(file, layout.signature_offset,
                      make_signature(content, directory, found.cms, size), "the code signature");
}

Status compare_signature(ByteView file, const Template& original, const Layout& layout) {
  ByteView signature = TRY(file.slice_from(layout.signature_offset));
  auto found = read_identity_signature(signature);
  if (!found) return fail(altered("its code signature", found.error()));
  if (*found) return compare_identity(file, original, layout, **found);
  return compare_ad_hoc(file, original, layout);
}

}  // namespace

Result<ByteView> find_blob(ByteView file) {
  Image image = TRY(read_macho(file));
  FoundSegment found = TRY(find_segment(file, image));
  TRY(decode_cast_record(found.record));
  return found.blob;
}

Result<Proof> prove(ByteView file) {
  Image image = TRY(read_macho(file));
  FoundSegment found = TRY(find_segment(file, image));
  auto record = decode_cast_record(found.record);
  if (!record && record.error().code == "executable-not-ingot") return fail(not_ours());
  if (!record) return fail(altered("its undo record", record.error()));
  auto original = rebuild(record->undo);
  if (!original) return fail(altered("its undo record", original.error()));
  auto layout = lay_out(*original, found.blob.size(), record->signature_flags, record->identifier);
  if (!layout) return fail(altered("its undo record", layout.error()));
  if (layout->cast_record.undo != record->undo) return fail(altered("its undo record"));
  TRY(compare_layout(file, *layout, layout->content_end));
  TRY(expect_fuse(file, original->fuse_offset));
  TRY(compare_signature(file, *original, *layout));
  return Proof{std::move(*original), std::move(*layout)};
}

Result<UndoRecord> prove_original(ByteView file) {
  return TRY(prove(file)).layout.cast_record.undo;
}

}  // namespace ingot::macho
