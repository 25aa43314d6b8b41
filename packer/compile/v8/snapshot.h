// The V8 startup snapshot inside a Node binary, and the code caches of Node's own JavaScript.
//
// Owns finding both in the bytes of an executable of any format and any platform: they are
// constants in its read-only data, so they are recognised by what they are and not by where a
// format's tables say that they lie. Knows the snapshot's header, not its parts (read_only_heap.h).
//
//   snapshot = u32 contexts, u32 rehashable, u32 checksum, u32 read-only-checksum,
//              64*byte version NUL-padded, u32 read-only-offset, u32 shared-heap-offset, ...
//                                     ; offsets count from the snapshot's start
//   part     = u32 magic, u32 size, size*byte      ; magic: as in code caches
//
// Source: src/snapshot/snapshot.cc (SnapshotImpl) and serializer-deserializer.h (SerializedData) of
// V8 12.4, 13.6 and 14.6.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "packer/compile/v8/code_cache_format.h"

namespace ingot {

struct NodeSnapshot {
  const V8Version* version = nullptr;
  uint32_t read_only_checksum = 0;
  ByteView read_only;                 // the read-only part behind its magic and size
  std::vector<ByteView> code_caches;  // of Node's own JavaScript, as they lie in the binary
};

// Views into `binary`. Reads all of it once or twice, at the speed of memchr. Errors:
// "snapshot-missing" (a Node that was built without one has no code caches either),
// "snapshot-malformed" and "code-cache-version", when the snapshot is of an unknown V8.
Result<NodeSnapshot> find_node_snapshot(ByteView binary);

}  // namespace ingot
