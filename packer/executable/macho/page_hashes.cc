#include "packer/executable/macho/page_hashes.h"

#include <algorithm>

#include "base/digest.h"
#include "packer/executable/macho/code_signature.h"

namespace ingot::macho {

void PageHasher::hash(ByteView page) {
  Digest digest = digest_of(DigestAlgorithm::kSha256, page);
  hashes_.insert(hashes_.end(), digest.bytes.begin(), digest.bytes.end());
}

void PageHasher::update(ByteView bytes) {
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  while (left > 0) {
    if (partial_.empty() && left >= kSignedPage) {
      hash(ByteView(at, kSignedPage));
      at += kSignedPage;
      left -= kSignedPage;
      continue;
    }
    size_t taken = std::min<size_t>(left, kSignedPage - partial_.size());
    partial_.insert(partial_.end(), at, at + taken);
    at += taken;
    left -= taken;
    if (partial_.size() < kSignedPage) continue;
    hash(partial_);
    partial_.clear();
  }
}

Bytes PageHasher::finish() {
  if (!partial_.empty()) hash(partial_);
  partial_.clear();
  return std::move(hashes_);
}

Bytes hash_pages(ByteView bytes) {
  PageHasher hasher;
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace ingot::macho
