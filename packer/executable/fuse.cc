#include "packer/executable/fuse.h"

#include <cstring>

namespace ingot {
namespace {

constexpr std::string_view kFuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";

// memmem, because a template has 150 MB and it is several times faster than string_view's search.
std::optional<uint64_t> find_text(ByteView file, uint64_t from) {
  if (from > file.size()) return std::nullopt;
  const void* hit = memmem(file.data() + from, file.size() - from, kFuse.data(), kFuse.size());
  if (hit == nullptr) return std::nullopt;
  return static_cast<uint64_t>(static_cast<const uint8_t*>(hit) - file.data());
}

// Offset of the one byte behind the one fuse text.
Result<uint64_t> find_only_fuse(ByteView file) {
  auto first = find_text(file, 0);
  if (!first)
    return fail(input_error("template-no-fuse",
                            "this is no Node binary that can carry an application: it has no "
                            "NODE_SEA_FUSE"));
  if (find_text(file, *first + 1))
    return fail(input_error("template-fuse-ambiguous",
                            "NODE_SEA_FUSE occurs more than once in this Node binary"));
  return *first + kFuse.size();
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
