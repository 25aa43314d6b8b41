// The payload's checksums: CRC-32 as zlib computes it (ISO 3309), which Node has natively, too.
#pragma once

#include <zlib.h>

#include "base/byte_view.h"

namespace ingot {

inline uint32_t crc_of(ByteView bytes) {
  return static_cast<uint32_t>(crc32_z(0, bytes.data(), bytes.size()));
}

}  // namespace ingot
