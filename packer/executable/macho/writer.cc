#include "packer/executable/macho/writer.h"

#include <algorithm>

#include "base/mapped_file.h"
#include "base/page_hashes.h"
#include "packer/executable/macho/page_hashes.h"

namespace ingot::macho {
namespace {

constexpr std::string_view kSetFuse = "1";
constexpr uint64_t kMostPadding = 0x10000;

// Writes what is signed.
class SignedOutput {
 public:
  SignedOutput(ByteView original, ByteView known, AtomicFile& out)
      : original_(original), known_(known), out_(out) {}

  Status write(ByteView bytes) {
    return in_parts(bytes, [&](ByteView part) -> Status {
      hasher_.update(part);
      return out_.write(part);
    });
  }
  Status copy(uint64_t begin, uint64_t end) {
    INGOT_CHECK(begin <= end);
    // Where a page begins in the file, one has to begin in the original, too.
    uint64_t first = std::min(begin + hasher_.missing(), end);
    uint64_t last = end / kSignedPage * kSignedPage;
    if (known_.empty() || first % kSignedPage != 0 || first >= last)
      return write(TRY(original_.slice(begin, end - begin)));
    TRY(write(TRY(original_.slice(begin, first - begin))));
    TRY(copy_pages(first, last));
    return write(TRY(original_.slice(last, end - last)));
  }
  Status zeros_up_to(uint64_t offset) {
    INGOT_CHECK(size() <= offset && offset - size() <= kMostPadding);
    return write(Bytes(offset - size()));
  }
  uint64_t size() const { return out_.size(); }
  Bytes page_hashes() { return hasher_.finish(); }

 private:
  // Whole pages of known hashes.
  Status copy_pages(uint64_t begin, uint64_t end) {
    ByteView pages = TRY(original_.slice(begin, end - begin));
    ByteView hashes =
        TRY(known_.slice(begin / kSignedPage * kPageHash, pages.size() / kSignedPage * kPageHash));
    for (uint64_t at = 0; at < hashes.size(); at += kPageHash)
      hasher_.skip_page(TRY(hashes.slice(at, kPageHash)));
    return out_.write(pages);
  }

  ByteView original_;
  ByteView known_;
  AtomicFile& out_;
  PageHasher hasher_;
};

Status write_signed(const Layout& layout, ByteView header, const ByteSource& blob,
                    SignedOutput& out) {
  TRY(out.write(header));
  TRY(out.copy(out.size(), layout.fuse_offset));
  TRY(out.write(kSetFuse));
  TRY(out.copy(out.size(), layout.linkedit_offset));

  TRY(out.write(layout.record));
  INGOT_CHECK(out.size() == layout.blob_offset && blob.size == layout.blob_size);
  TRY(drain(blob, [&](ByteView bytes) { return out.write(bytes); }));
  TRY(out.zeros_up_to(layout.segment_end));

  uint64_t at = layout.linkedit_offset;
  if (!layout.fixups_head.empty()) {
    TRY(out.copy(at, layout.fixups_offset));
    TRY(out.write(layout.fixups_head));
    at = layout.fixups_offset + layout.fixups_head.size() - layout.fixups_growth;
  }
  TRY(out.copy(at, layout.content_end));
  return out.zeros_up_to(layout.signature_offset);
}

}  // namespace

Status write_macho(ByteView original, ByteView known, const Layout& layout,
                   const SignatureContent& signature, const ByteSource& blob, AtomicFile& out) {
  INGOT_CHECK(out.size() == 0);
  uint64_t size = signature_size(signature, 0);
  Bytes header = TRY(layout.header(size));
  SignedOutput signed_output(original, known, out);
  TRY(write_signed(layout, header, blob, signed_output));
  INGOT_CHECK(out.size() == signature.code_limit);
  Bytes directory = make_code_directory(signature, signed_output.page_hashes());
  return out.write(make_signature(signature, directory, {}, size));
}

Result<Bytes> sign_in_memory(Bytes content, const Image& image, SignatureContent signature) {
  content.resize(align_up(content.size(), kSignatureAlignment));
  signature.code_limit = content.size();
  const SegmentView* text = image.segment(kTextSegment);
  signature.text_size = text == nullptr ? 0 : text->segment.file_size;
  uint64_t size = signature_size(signature, 0);
  Bytes header = TRY(header_of(image, content.size(), size));
  INGOT_CHECK(header.size() <= content.size());
  std::ranges::copy(header, content.begin());
  Bytes directory = make_code_directory(signature, hash_pages(content));
  std::ranges::copy(make_signature(signature, directory, {}, size), std::back_inserter(content));
  return content;
}

}  // namespace ingot::macho
