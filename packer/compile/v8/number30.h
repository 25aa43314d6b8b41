// V8's number of up to 30 bits, in one to four bytes.
//
// Owns the one encoding that snapshots and code caches share: little-endian, shifted left by two,
// and the lowest two bits of the first byte say how many bytes follow it.
//
// Source: src/snapshot/snapshot-source-sink.h (PutUint30) of V8 12.4, 13.6 and 14.6.
#pragma once

#include <cstdint>

#include "base/byte_view.h"

namespace ingot {

// False when the number ends behind `end`; `at` is behind the number otherwise.
inline bool read_number30(const uint8_t*& at, const uint8_t* end, uint32_t& value) {
  if (at == end) return false;
  const size_t size = (*at & 3u) + 1;
  if (static_cast<size_t>(end - at) < size) return false;
  uint32_t raw = 0;
  for (size_t i = 0; i < size; ++i) raw |= static_cast<uint32_t>(at[i]) << (8 * i);
  at += size;
  value = raw >> 2;
  return true;
}

// The number at `at`, which moves behind it. Error "out-of-bounds".
inline Result<uint32_t> read_number30(ByteView bytes, uint64_t& at) {
  const ByteView rest = TRY(bytes.slice_from(at));
  const uint8_t* cursor = rest.data();
  uint32_t value = 0;
  if (!read_number30(cursor, rest.data() + rest.size(), value))
    return fail(input_error("out-of-bounds", "a number ends behind its bytes"));
  at += static_cast<uint64_t>(cursor - rest.data());
  return value;
}

// `value` is less than 2^30. In as few bytes as it takes, as V8 writes it.
inline void append_number30(Bytes& out, uint32_t value) {
  const uint32_t shifted = value << 2;
  const uint32_t size = shifted < 1u << 8 ? 1 : shifted < 1u << 16 ? 2 : shifted < 1u << 24 ? 3 : 4;
  const uint32_t raw = shifted | (size - 1);
  for (uint32_t i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(raw >> (8 * i)));
}

}  // namespace ingot
