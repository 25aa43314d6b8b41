// The checksum in a PE header, over all bytes of the file.
//
// Owns the sum, fed in pieces of any size so that a file can be summed while it is written. The
// header's own checksum field counts as zero: whoever feeds it feeds zeros there. Any single byte
// that changes changes the sum. Source: CheckSumMappedFile of Microsoft's ImageHlp.
//
//   checksum = ones' complement sum of the file's 16-bit words (a last odd byte counts as a word
//              with a zero) + size of the file in bytes
#pragma once

#include <cstdint>

#include "base/byte_view.h"

namespace ingot::pe {

class Checksum {
 public:
  void update(ByteView bytes);
  uint32_t finish() const;

 private:
  uint64_t sum_ = 0;
  uint64_t size_ = 0;  // bytes so far
};

// Of a whole file whose field is at `field_offset`, whatever it holds.
uint32_t checksum_of(ByteView file, uint64_t field_offset);

}  // namespace ingot::pe
