// V8 code caches made by hand, in the dialect of V8 13 and 14.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "packer/compile/v8/read_only_heap.h"

namespace ingot {

inline const V8Version& v8_14() {
  return known_v8_versions().back();
}

class StreamBuilder {
 public:
  StreamBuilder& byte(uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  StreamBuilder& number(uint32_t value) {
    const uint32_t encoded = value << 2;
    const size_t size = encoded < 1 << 8 ? 1 : encoded < 1 << 16 ? 2 : encoded < 1 << 24 ? 3 : 4;
    for (size_t i = 0; i < size; ++i)
      byte(static_cast<uint8_t>((encoded >> (8 * i)) | (i == 0 ? size - 1 : 0)));
    return *this;
  }
  StreamBuilder& object(uint8_t space, uint32_t words) { return byte(space).number(words); }
  StreamBuilder& root(uint32_t index) { return byte(0x07).number(index); }
  StreamBuilder& constant(uint8_t index) { return byte(static_cast<uint8_t>(0x40 + index)); }
  StreamBuilder& back(uint32_t object) { return byte(0x04).number(object); }
  StreamBuilder& hot(uint8_t place) { return byte(static_cast<uint8_t>(0x90 + place)); }
  StreamBuilder& repeat(uint8_t root, uint32_t count) {
    return byte(static_cast<uint8_t>(0x80 + count - 2)).byte(root);
  }
  // At most 32 words.
  StreamBuilder& raw(const std::vector<uint64_t>& words) {
    byte(static_cast<uint8_t>(0x5F + words.size()));
    for (uint64_t word : words)
      for (int shift = 0; shift < 64; shift += 8) byte(static_cast<uint8_t>(word >> shift));
    return *this;
  }
  StreamBuilder& end() { return byte(0x0B).byte(0x0A).byte(0x0A).byte(0x0A); }

  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

inline uint64_t smi(uint32_t value) {
  return uint64_t{value} << 32;
}

// With the header in front.
inline Bytes code_cache_of(const Bytes& stream, const V8Version& version = v8_14(),
                           uint32_t read_only_checksum = 0xE32725FA) {
  CodeCacheHeader header = {0xC0DE06A9,
                            version.version_hash,
                            0,
                            0xCF44F5B3,
                            read_only_checksum,
                            static_cast<uint32_t>(stream.size()),
                            0,
                            0};
  Bytes out(sizeof(header) + stream.size());
  std::memcpy(out.data(), &header, sizeof(header));
  std::copy(stream.begin(), stream.end(), out.begin() + sizeof(header));
  return out;
}

// What a process leaves behind in a cache.
struct History {
  uint32_t script_id = 1;
  uint32_t outer_id = 1;
  uint32_t inner_id = 2;
  uint32_t outer_garbage = 0;
  uint32_t inner_garbage = 0;
};

// What a source leads to, besides.
struct Content {
  std::vector<ReadOnlyPlace> strings;  // that the constant pool refers to
  Bytes more;                          // objects at the end
};

// Behind the trusted data of a SharedFunctionInfo of V8 14, and behind its script.
inline void function_start(StreamBuilder& out) {
  out.raw({smi(0xFFFFFFFF)}).constant(5).root(0x9B);
}
inline void function_end(StreamBuilder& out, uint32_t unique_id) {
  out.raw({0x0002000000010000, 0x0000000100001200, unique_id});
}

// A BytecodeArray with three bytes of code, whose constant pool is still to come.
inline void bytecode_start(StreamBuilder& out) {
  out.object(3, 9);
}
inline void bytecode_middle(StreamBuilder& out) {
  out.raw({smi(3)}).constant(0).byte(0x21).root(0x461).byte(0x21).root(0x461).byte(0x21);
}
inline void bytecode_end(StreamBuilder& out, uint32_t garbage) {
  out.raw({0x0000000100000010, 0xFFFFFFF9 | uint64_t{garbage} << 32, 0x00B7000E8B});
}

// A script with one compiled function in it: SharedFunctionInfo, its BytecodeArray, whose constant
// pool has the inner SharedFunctionInfo and its BytecodeArray; then the Script.
inline Bytes handmade_stream(const History& history = {}, const Content& content = {}) {
  StreamBuilder out;
  out.object(1, 9).constant(0x11);  // object 0
  bytecode_start(out);              // 1
  out.root(0x31);                   // hot 0
  bytecode_middle(out);             // hot 1, 2
  const auto constants = static_cast<uint32_t>(1 + content.strings.size());
  out.object(1, 2 + constants).root(0x6B).raw({smi(constants)});  // 2: the constant pool; hot 3
  for (const ReadOnlyPlace& place : content.strings)
    out.byte(0x05).number(place.page).number(place.offset);
  out.object(1, 9).constant(0x11);  // 3
  bytecode_start(out);              // 4
  out.hot(0);
  bytecode_middle(out);
  out.root(0x462);
  bytecode_end(out, history.inner_garbage);
  function_start(out);
  out.byte(0x19);  // pending: the script
  function_end(out, history.inner_id);
  bytecode_end(out, history.outer_garbage);
  function_start(out);
  out.object(1, 19).root(0x3D9).byte(0x1A).number(0);  // 5
  out.byte(0x08).number(0).constant(0).raw({0, 0}).constant(0);
  out.raw({smi(2), 0, smi(history.script_id)}).repeat(0, 8).byte(0x18).back(0).constant(0);
  function_end(out, history.outer_id);
  for (uint8_t byte : content.more) out.byte(byte);
  return out.end().bytes();
}

}  // namespace ingot
