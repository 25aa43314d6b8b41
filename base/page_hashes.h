// The SHA-256 of each page of 4096 bytes, as lists of page hashes have them.
//
// Owns hashing many pages faster than one after the other: where the processor has instructions for
// SHA-256, two pages go through it in step, for a single one leaves it idle half of the time.
// Elsewhere OpenSSL hashes them. Knows no format.
#pragma once

#include "base/byte_view.h"

namespace ingot {

inline constexpr size_t kHashedPage = 4096;  // bytes
inline constexpr size_t kPageHash = 32;      // bytes

// Appends the hash of each page to `hashes`. `pages` are whole pages.
void append_page_hashes(ByteView pages, Bytes& hashes);

}  // namespace ingot
