// The constants of zip archives as yarn 2 and later make them.
//
// Format: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16
// (end of central directory); no extra fields, no data descriptors, no comments, no 64-bit
// extension. Integers are little-endian.
//
//   archive = { local header name content } { central header name } end
#pragma once

#include <cstdint>

namespace ingot::zip {

constexpr uint32_t kLocalHeader = 0x04034b50;
constexpr uint32_t kCentralHeader = 0x02014b50;
constexpr uint32_t kEndOfDirectory = 0x06054b50;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;

}  // namespace ingot::zip
