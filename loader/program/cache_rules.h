// What is the same on every system of the runtimes on a user's disk: linux/cache.h and
// windows/cache.h have the folders.
//
// Owns how the outcome is told, how long a runtime is kept and how long a start waits for another.
// Touches no disk.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ingot::loader {

inline constexpr uint64_t kDay = 24 * 60 * 60;    // seconds
inline constexpr uint64_t kKept = 30 * kDay;      // seconds since the last start
inline constexpr uint64_t kLockPatience = 10000;  // milliseconds

enum class CacheOutcome {
  kFound,
  kOff,      // the user wants none
  kNone,     // there is no folder that can be used: `why`
  kDamaged,  // the executable's own runtime is not what was sealed
};

// Digits of a SHA-256.
inline constexpr size_t kHexSize = 64;

template <typename Char>
void write_hex(const uint8_t sha256[32], Char* out) {
  for (int i = 0; i < 32; ++i) {
    *out++ = static_cast<Char>("0123456789abcdef"[sha256[i] >> 4]);
    *out++ = static_cast<Char>("0123456789abcdef"[sha256[i] & 15]);
  }
}

// Whether a name consists of such digits.
template <typename Char>
bool is_hex_name(const Char* name) {
  size_t size = 0;
  for (; name[size] != 0; ++size) {
    bool digit =
        (name[size] >= '0' && name[size] <= '9') || (name[size] >= 'a' && name[size] <= 'f');
    if (!digit) return false;
  }
  return size == kHexSize;
}

}  // namespace ingot::loader
