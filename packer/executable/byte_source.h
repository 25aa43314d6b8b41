// Bytes that are written through, not held: the way a payload of hundreds of megabytes reaches the
// output file without a copy.
//
// A source knows its size in advance and hands its bytes, in order, to a sink. Whoever drains one
// checks that the size was kept (`drain`). Knows no format.
#pragma once

#include <cstdint>
#include <functional>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

using ByteSink = std::function<Status(ByteView)>;

struct ByteSource {
  uint64_t size = 0;  // bytes
  std::function<Status(const ByteSink&)> write_to;
};

// Borrows: the bytes behind `view` must outlive the source.
ByteSource source_of(ByteView view);
ByteSource source_of(Bytes bytes);
// The pieces one after the other; borrows what they view.
ByteSource source_of(std::vector<ByteView> pieces);
// One after the other.
ByteSource concatenate(std::vector<ByteSource> sources);

// Writes the whole source; a source that yields another number of bytes than it promised is a bug.
Status drain(const ByteSource& source, const ByteSink& sink);

}  // namespace ingot
