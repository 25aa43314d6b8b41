#include "packer/executable/macho/der.h"

namespace ingot::macho {
namespace {

constexpr uint8_t kLongForm = 0x80;
constexpr uint8_t kMostLengthBytes = 4;

Error malformed() {
  return input_error("der-malformed", "a part of a signature is not in DER");
}

}  // namespace

Result<DerElement> take_element(ByteView& bytes) {
  DerElement out;
  out.tag = TRY(bytes.be<uint8_t>(0));
  uint64_t size = TRY(bytes.be<uint8_t>(1));
  uint64_t head = 2;
  if (size >= kLongForm) {
    uint64_t count = size - kLongForm;
    if (count == 0 || count > kMostLengthBytes) return fail(malformed());
    size = 0;
    for (; count > 0; --count) size = size << 8 | TRY(bytes.be<uint8_t>(head++));
  }
  out.content = TRY(bytes.slice(head, size));
  out.whole = TRY(bytes.slice(0, head + size));
  bytes = TRY(bytes.slice_from(head + size));
  return out;
}

Result<DerElement> take_element(ByteView& bytes, DerTag tag) {
  DerElement out = TRY(take_element(bytes));
  if (out.tag != tag) return fail(malformed());
  return out;
}

Bytes make_element(DerTag tag, ByteView content) {
  Bytes out;
  out.push_back(tag);
  if (content.size() < kLongForm) {
    out.push_back(static_cast<uint8_t>(content.size()));
  } else {
    int count = (64 - std::countl_zero(uint64_t{content.size()}) + 7) / 8;
    out.push_back(static_cast<uint8_t>(kLongForm + count));
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8)
      out.push_back(static_cast<uint8_t>(content.size() >> shift));
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

}  // namespace ingot::macho
