// The strings in the read-only heap of a Node binary, and where they lie.
//
// Owns reading the read-only part of a V8 snapshot: the pages as V8 lays them out in memory, and in
// them every internalized one-byte string, which is what code caches refer to. Knows no other kind
// of object; follows no pointers.
//
//   part    = *page *( segment relocate ) roots ...
//   page    = opcode index size            ; an area of `size` bytes, zeroed
//   segment = opcode index offset size size*byte
//   relocate = opcode bits                 ; one bit for each word of the segment before, in whole
//                                          ; bytes, lowest first: the word points to an object
//   roots   = opcode *u32                  ; the objects that V8 knows by number
//
// Indices, offsets and sizes are 30-bit numbers (number30.h). Only the lower half of a pointer's
// word counts; it has the form of a root. A reference from a code cache names the page and the
// offset from the page's start, which lies before the area.
//
//   string  = map-pointer, u32 hash, u32 length, length*byte
//
// Source: src/snapshot/read-only-serializer-deserializer.h, read-only-deserializer.cc and
// objects/string.h of V8 12.4, 13.6 and 14.6.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "packer/compile/v8/code_cache_format.h"

namespace ingot {

// As in a reference from a code cache.
struct ReadOnlyPlace {
  uint32_t page = 0;
  uint32_t offset = 0;  // bytes
  auto operator<=>(const ReadOnlyPlace&) const = default;
};

struct ReadOnlyString {
  ReadOnlyPlace place;
  uint32_t hash = 0;      // with V8's flags of it
  std::string_view text;  // Latin-1
};

class ReadOnlyHeap {
 public:
  // `part`: NodeSnapshot::read_only, which need not outlive the heap. Error "snapshot-malformed".
  static Result<ReadOnlyHeap> read(ByteView part, const V8Version& version);
  ReadOnlyHeap(ReadOnlyHeap&&) = default;
  ReadOnlyHeap& operator=(ReadOnlyHeap&&) = default;

  // By place.
  std::span<const ReadOnlyString> strings() const { return strings_; }

 private:
  ReadOnlyHeap() = default;

  std::vector<Bytes> pages_;  // what `strings_` views into
  std::vector<ReadOnlyString> strings_;
};

}  // namespace ingot
