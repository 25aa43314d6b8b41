#include "packer/executable/expected_bytes.h"

#include <algorithm>

#include "packer/executable/fuse.h"

namespace ingot {
namespace {

constexpr uint64_t kLargestGap = 0x10000;

}  // namespace

Error not_ours() {
  return input_error("executable-not-ingot", "this executable was not made by ingot");
}

Error altered(const std::string& what) {
  return integrity_error("executable-altered",
                         "the executable was changed after it was made: " + what);
}

Error altered(const std::string& what, const Error& why) {
  return altered(what).note(why.message);
}

Status expect_bytes(ByteView file, uint64_t offset, ByteView expected, const char* what) {
  auto found = file.slice(offset, expected.size());
  if (found && std::ranges::equal(found->span(), expected.span())) return {};
  return fail(altered(std::string(what) + " at offset " + std::to_string(offset)));
}

Status expect_padding(ByteView file, uint64_t offset, uint64_t end) {
  INGOT_CHECK(offset <= end && end - offset <= kLargestGap);
  return expect_bytes(file, offset, Bytes(end - offset), "the padding");
}

Status expect_fuse(ByteView file, uint64_t offset) {
  auto fuse = is_set_fuse(file, offset);
  if (!fuse || !*fuse) return fail(altered("its fuse"));
  return {};
}

}  // namespace ingot
