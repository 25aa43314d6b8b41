#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace ingot {
namespace {

// How many bytes could have begun a sequence: those that one U+FFFD stands for. At least 1.
size_t begun_sequence(std::string_view text) {
  auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0xC2 || lead > 0xF4) return 1;
  size_t whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2, size = 1;
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (; size < whole && size < text.size(); ++size, low = 0x80, high = 0xBF) {
    auto byte = static_cast<uint8_t>(text[size]);
    if (byte < low || byte > high) break;
  }
  return size;
}

}  // namespace

size_t utf8_sequence(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
  if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogate
  if (lead == 0xF0 && byte(1) < 0x90) return 0;  // overlong
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;  // above U+10FFFF
  return size;
}

size_t valid_utf8_size(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t at = 0;
  while (at < text.size()) {
    // Nearly all of what is read here is ASCII.
    uint64_t eight = kHighBits;
    if (text.size() - at >= sizeof(eight)) std::memcpy(&eight, text.data() + at, sizeof(eight));
    size_t size = (eight & kHighBits) == 0 ? sizeof(eight) : utf8_sequence(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return at;
}

std::string with_replacements(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t size = valid_utf8_size(text);
    out += text.substr(0, size);
    text.remove_prefix(size);
    if (text.empty()) break;
    out += "\xEF\xBF\xBD";
    text.remove_prefix(begun_sequence(text));
  }
  return out;
}

}  // namespace ingot
