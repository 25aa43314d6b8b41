// Damage that headers of executables must survive: integers changed where the format has them.
#pragma once

#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "base/byte_view.h"

namespace ingot {

using DamageRanges = std::vector<std::pair<size_t, size_t>>;  // [begin, end) in the file

// Values that break arithmetic, and small steps away from what is there.
inline uint64_t nasty(std::mt19937_64& random, uint64_t old) {
  constexpr uint64_t kValues[] = {0,          1,          7,          0x200,        0x1000,
                                  0x3000,     0x4000,     0x5000,     0x7FFF,       0xFFFF,
                                  0x10000,    0x7FFFFFFF, 0x80000000, 0x80000010,   0xFFFFFFFF,
                                  1ull << 47, 1ull << 63, ~0ull,      ~0ull - 0xFFF};
  switch (random() % 3) {
    case 0:
      return kValues[random() % std::size(kValues)];
    case 1:
      return old + random() % 17 - 8;
    default:
      return old ^ (uint64_t{1} << (random() % 64));
  }
}

// Changes one to four integers somewhere in the ranges; now and then the file ends early.
inline Bytes mutate(const Bytes& good, const DamageRanges& ranges, std::mt19937_64& random) {
  Bytes out = good;
  for (size_t count = 1 + random() % 4; count > 0; --count) {
    auto [begin, end] = ranges[random() % ranges.size()];
    size_t width = size_t{1} << (random() % 4);
    size_t at = (begin + random() % (end - begin)) / width * width;
    if (at + width > out.size()) continue;
    uint64_t value = 0;
    std::memcpy(&value, out.data() + at, width);
    value = nasty(random, value);
    std::memcpy(out.data() + at, &value, width);
  }
  if (random() % 16 == 0) out.resize(random() % out.size());
  return out;
}

}  // namespace ingot
