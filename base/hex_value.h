// What a hexadecimal digit stands for. Whole texts of them: base/digest.h.
#pragma once

namespace ingot {

// -1 for what is no digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace ingot
