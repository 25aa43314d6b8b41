#include "packer/executable/fuse.h"

#include <algorithm>
#include <cstring>

#include "base/mapped_file.h"

namespace ingot {
namespace {

constexpr std::string_view kFuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";

// Where the text is: the first two places, for there should be one. By memmem, because a template
// has 150 MB and it is several times faster than string_view's search.
struct Hits {
  size_t count = 0;
  uint64_t first = 0;
};

Hits find_text(ByteView file) {
  Hits hits;
  uint64_t begin = 0;
  Status looked = in_parts(file, [&](ByteView part) -> Status {
    // What begins in this part may end in the next.
    uint64_t end = std::min<uint64_t>(begin + part.size() + kFuse.size() - 1, file.size());
    uint64_t from = begin;
    while (hits.count < 2) {
      const void* hit = memmem(file.data() + from, end - from, kFuse.data(), kFuse.size());
      if (hit == nullptr) break;
      auto place = static_cast<uint64_t>(static_cast<const uint8_t*>(hit) - file.data());
      if (hits.count++ == 0) hits.first = place;
      from = place + 1;
    }
    begin += part.size();
    return {};
  });
  INGOT_CHECK(looked);
  return hits;
}

// Offset of the one byte behind the one fuse text.
Result<uint64_t> find_only_fuse(ByteView file) {
  Hits hits = find_text(file);
  if (hits.count == 0)
    return fail(input_error("template-no-fuse",
                            "this is no Node binary that can carry an application: it has no "
                            "NODE_SEA_FUSE"));
  if (hits.count > 1)
    return fail(input_error("template-fuse-ambiguous",
                            "NODE_SEA_FUSE occurs more than once in this Node binary"));
  return hits.first + kFuse.size();
}

}  // namespace

Result<uint64_t> find_unset_fuse(ByteView file) {
  uint64_t offset = TRY(find_only_fuse(file));
  auto value = file.le<char>(offset);
  if (value && *value == '0') return offset;
  if (value && *value == '1')
    return fail(
        input_error("template-already-injected", "this Node binary carries an application already")
            .hinted("use an unmodified Node binary"));
  return fail(input_error("template-fuse-ambiguous", "NODE_SEA_FUSE is neither set nor unset"));
}

Result<bool> is_set_fuse(ByteView file, uint64_t offset) {
  if (offset < kFuse.size()) return false;
  ByteView text = TRY(file.slice(offset - kFuse.size(), kFuse.size() + 1));
  return text.text().starts_with(kFuse) && text.text().back() == '1';
}

bool has_one_set_fuse(ByteView bytes) {
  auto offset = find_only_fuse(bytes);
  if (!offset) return false;
  auto value = bytes.le<char>(*offset);
  return value && *value == '1';
}

}  // namespace ingot
