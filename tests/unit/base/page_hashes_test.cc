// The hashes of many pages are those of each.
#include "base/page_hashes.h"

#include <catch2/catch.hpp>

#include "base/digest.h"

using namespace ingot;

TEST_CASE("each page's hash is the SHA-256 of that page") {
  Bytes bytes(kHashedPage * 9);
  uint64_t state = 88172645463325252;
  for (uint8_t& byte : bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<uint8_t>(state);
  }
  // An odd number of them, an even one, one, none; and from an odd address.
  for (size_t count : {9u, 8u, 3u, 2u, 1u, 0u}) {
    for (size_t begin : {0u, 1u}) {
      if (begin + count * kHashedPage > bytes.size()) continue;
      CAPTURE(count, begin);
      Bytes hashes = {7};
      append_page_hashes(ByteView(bytes.data() + begin, count * kHashedPage), hashes);
      Bytes expected = {7};
      for (size_t i = 0; i < count; ++i) {
        Digest digest = digest_of(DigestAlgorithm::kSha256,
                                  ByteView(bytes.data() + begin + i * kHashedPage, kHashedPage));
        expected.insert(expected.end(), digest.bytes.begin(), digest.bytes.end());
      }
      CHECK(hashes == expected);
    }
  }
}
