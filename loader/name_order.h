// The order of names in a directory: that of JavaScript's `<`, by UTF-16 code units.
//
// Owns comparing UTF-8 text that way without converting it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace ingot {

// Characters beyond U+FFFF (lead bytes F0 to F4) are surrogates in UTF-16 and come before U+E000
// (lead bytes EE and EF).
struct NameOrder {
  static int weight(char c) {
    auto byte = static_cast<uint8_t>(c);
    if (byte >= 0xF0) return byte - 2;
    if (byte >= 0xEE) return byte + 5;
    return byte;
  }
  bool operator()(std::string_view a, std::string_view b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return weight(x) < weight(y); });
  }
};

}  // namespace ingot
