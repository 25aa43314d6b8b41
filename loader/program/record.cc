#include "loader/program/record.h"

#include "loader/program/sha256.h"

namespace ingot::loader {
namespace {

// Node's own text, so that whoever puts applications into Node binaries can put them in here.
constexpr size_t kFuseAt = 47;
volatile const char kFuse[] = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0";

}  // namespace

bool has_application() {
  return kFuse[kFuseAt] == '1';
}

bool is_whole(const CompactHeader& header, bool fast_sha) {
  constexpr size_t kCovered = sizeof header - sizeof header.header_sha256;
  Sha256 sha(fast_sha);
  sha.update(reinterpret_cast<const uint8_t*>(&header), kCovered);
  uint8_t digest[32];
  sha.finish(digest);
  return header.magic == kCompactMagic && header.version == kCompactVersion &&
         header.window_size <= kMaxCompactWindow &&
         __builtin_memcmp(digest, header.header_sha256, sizeof digest) == 0;
}

}  // namespace ingot::loader
