#include "packer/executable/pe/checksum.h"

#include "base/mapped_file.h"

namespace ingot::pe {
namespace {

constexpr uint64_t kLargestFile = uint64_t{1} << 32;

// Brings a sum down to 16 bits; a carry out of them counts as one, so that words of 32 bits can be
// added in place of pairs of 16-bit ones.
uint64_t fold(uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

}  // namespace

void Checksum::update(ByteView bytes) {
  INGOT_CHECK(bytes.size() <= kLargestFile);
  const uint8_t* at = bytes.data();
  const uint8_t* end = at + bytes.size();
  uint64_t sum = sum_;
  if (size_ % 2 != 0 && at < end) sum += uint64_t{*at++} << 8;
  uint64_t low = 0, high = 0;
  for (; end - at >= 8; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    low += word & 0xffffffff;
    high += word >> 32;
  }
  sum += fold(low) + fold(high);
  for (unsigned shift = 0; at < end; shift ^= 8) sum += uint64_t{*at++} << shift;
  sum_ = fold(sum);
  size_ += bytes.size();
}

uint32_t Checksum::finish() const {
  return static_cast<uint32_t>(sum_ + size_);
}

uint32_t checksum_of(ByteView file, uint64_t field_offset) {
  const Bytes zero(sizeof(uint32_t));
  INGOT_CHECK(field_offset + zero.size() <= file.size());
  Checksum sum;
  auto add = [&](ByteView bytes) -> Status {
    sum.update(bytes);
    return {};
  };
  INGOT_CHECK(in_parts(*file.slice(0, field_offset), add));
  INGOT_CHECK(in_parts(zero, add));
  INGOT_CHECK(in_parts(*file.slice_from(field_offset + zero.size()), add));
  return sum.finish();
}

}  // namespace ingot::pe
