#include "base/place.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ingot {
namespace {

constexpr size_t kBytesPerLine = 32;

// The high bit of each of eight bytes that is '\n' (all our hosts are little-endian).
uint64_t line_ends(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101, kLow = 0x7F * kOnes;
  uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof(eight));
  eight ^= uint64_t{'\n'} * kOnes;
  return ~(((eight & kLow) + kLow) | eight | kLow);
}

}  // namespace

TextLines::TextLines(std::string name, std::string_view text) : name_(std::move(name)) {
  starts_.reserve(text.size() / kBytesPerLine + 1);
  starts_.push_back(0);
  // Lines are too short for a search for each of them to pay.
  size_t at = 0;
  for (; text.size() - at >= 8; at += 8)
    for (uint64_t ends = line_ends(text.data() + at); ends != 0; ends &= ends - 1)
      starts_.push_back(static_cast<uint32_t>(at + std::countr_zero(ends) / 8 + 1));
  for (; at < text.size(); ++at)
    if (text[at] == '\n') starts_.push_back(static_cast<uint32_t>(at + 1));
}

Position TextLines::position(uint32_t offset) const {
  if (offset == kWholeFile) return {name_, 0, 0};
  auto next = std::ranges::upper_bound(starts_, offset);
  auto line = static_cast<uint32_t>(next - starts_.begin());
  return {name_, line, offset - starts_[line - 1] + 1};
}

Place Place::whole_file(std::string name) {
  return {std::make_shared<const TextLines>(std::move(name), ""), TextLines::kWholeFile};
}

}  // namespace ingot
