#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace ingot {
namespace {

// Of the sequence that `lead` begins; 1 when it begins none of several bytes.
size_t whole_size(uint8_t lead) {
  if (lead < 0xC2 || lead > 0xF4) return 1;
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

// How many bytes of a sequence are there, up to the first that does not belong to it: those that
// one U+FFFD stands for. At least 1. Overlong forms, surrogates and what is above U+10FFFF show in
// the second byte.
size_t begun_sequence(std::string_view text) {
  auto lead = static_cast<uint8_t>(text[0]);
  size_t whole = whole_size(lead), size = 1;
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
  auto lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return 1;
  size_t size = whole_size(lead);
  return size > 1 && begun_sequence(text) == size ? size : 0;
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
