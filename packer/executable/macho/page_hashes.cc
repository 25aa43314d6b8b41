#include "packer/executable/macho/page_hashes.h"

#include <algorithm>

#include "base/digest.h"
#include "base/mapped_file.h"
#include "base/page_hashes.h"
#include "packer/executable/macho/code_signature.h"

namespace ingot::macho {

static_assert(kSignedPage == kHashedPage);

void PageHasher::update(ByteView bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  while (left > 0) {
    if (partial_.empty() && left >= kSignedPage) {
      size_t whole = left / kSignedPage * kSignedPage;
      append_page_hashes(ByteView(at, whole), hashes_);
      at += whole;
      left -= whole;
      continue;
    }
    size_t taken = std::min<size_t>(left, kSignedPage - partial_.size());
    partial_.insert(partial_.end(), at, at + taken);
    at += taken;
    left -= taken;
    if (partial_.size() < kSignedPage) continue;
    append_page_hashes(partial_, hashes_);
    partial_.clear();
  }
}

void PageHasher::skip_page(ByteView hash) {
  INGOT_CHECK(partial_.empty() && hash.size() == kPageHash);
  hashes_.insert(hashes_.end(), hash.begin(), hash.end());
}

size_t PageHasher::missing() const {
  return partial_.empty() ? 0 : kSignedPage - partial_.size();
}

Bytes PageHasher::finish() {
  if (!partial_.empty()) {
    Digest last = digest_of(DigestAlgorithm::kSha256, partial_);
    hashes_.insert(hashes_.end(), last.bytes.begin(), last.bytes.end());
  }
  partial_.clear();
  return std::move(hashes_);
}

Bytes hash_pages(ByteView bytes) {
  PageHasher hasher;
  Status hashed = in_parts(bytes, [&](ByteView part) -> Status {
    hasher.update(part);
    return {};
  });
  INGOT_CHECK(hashed);
  return hasher.finish();
}

}  // namespace ingot::macho
