// Node binaries made by hand: a V8 snapshot with a read-only heap, and code caches, among junk.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "handmade_cache.h"
#include "packer/compile/v8/snapshot.h"

namespace ingot {

inline constexpr uint32_t kStringMap = 0x124000;
inline constexpr uint32_t kOtherMap = 0x3006;

template <typename T>
void append_record(Bytes& out, const T& value) {
  const size_t at = out.size();
  out.resize(at + sizeof(value));
  std::memcpy(out.data() + at, &value, sizeof(value));
}

// An object with a map and raw words; the map is a string's or another.
struct HandmadeObject {
  std::string text;
  uint32_t map = kStringMap;
  uint32_t hash = 0x1234;
};

// One page of the read-only heap of V8 14, and the places of the objects in it.
class HandmadePage {
 public:
  // `gap`: bytes before the first object, a multiple of 8.
  explicit HandmadePage(const std::vector<HandmadeObject>& objects, size_t gap = 0)
      : area_(gap, 0) {
    for (const HandmadeObject& object : objects) {
      places_.push_back(static_cast<uint32_t>(area_.size()));
      // The upper half of a pointer is whatever the process that made the snapshot had there.
      append_record(area_, uint64_t{0x7F5A} << 32 | object.map);
      append_record(area_, object.hash);
      append_record(area_, static_cast<uint32_t>(object.text.size()));
      area_.insert(area_.end(), object.text.begin(), object.text.end());
      area_.resize(align_up(area_.size(), 8), 0);
    }
  }

  // As a reference from a code cache counts.
  uint32_t place(size_t object) const { return places_.at(object) + 16; }

  // Opcodes for the page with this number.
  void append_to(StreamBuilder& out, uint32_t number) const {
    const auto size = static_cast<uint32_t>(area_.size());
    out.byte(0).number(number).number(size);
    out.byte(2).number(number).number(0).number(size);
    for (uint8_t byte : area_) out.byte(byte);
    Bytes bits((size / 8 + 7) / 8, 0);
    for (uint32_t place : places_)
      bits[place / 64] = static_cast<uint8_t>(bits[place / 64] | 1 << (place / 8 % 8));
    out.byte(3);
    for (uint8_t byte : bits) out.byte(byte);
  }

 private:
  Bytes area_;
  std::vector<uint32_t> places_;
};

// The read-only part of a snapshot, without its header.
inline Bytes read_only_part(const std::vector<HandmadePage>& pages) {
  StreamBuilder out;
  for (size_t i = 0; i < pages.size(); ++i) pages[i].append_to(out, static_cast<uint32_t>(i));
  Bytes part = out.byte(4).bytes();
  for (uint32_t root = 0; root < 20; ++root)
    append_record(part, root == 0x10 ? kStringMap : 0x1000 + root);
  part.insert(part.end(), {0x05, 0x0A, 0x0A, 0x0A});
  return part;
}

struct HandmadeBinary {
  std::vector<HandmadePage> pages;
  uint32_t checksum = 0xE32725FA;
  std::vector<Bytes> code_caches;
  std::string version = "14.6.202.34-node.34";
  uint32_t contexts = 4;
};

inline Bytes snapshot_of(const HandmadeBinary& binary) {
  const Bytes part = read_only_part(binary.pages);
  const uint32_t offset = 96;
  const auto size = static_cast<uint32_t>(part.size());
  Bytes out;
  for (uint32_t value : {binary.contexts, 1u, 0x8C68C972u, binary.checksum})
    append_record(out, value);
  std::string version = binary.version;
  version.resize(64);
  out.insert(out.end(), version.begin(), version.end());
  for (uint32_t value : {offset, offset + 8 + size, 0u, 0u, 0xC0DE06A9u, size})
    append_record(out, value);
  out.insert(out.end(), part.begin(), part.end());
  return out;
}

// With what else a real one has: the version in texts, and V8's own snapshot.
inline Bytes bytes_of(const HandmadeBinary& binary) {
  Bytes out = {0x7F, 'E', 'L', 'F'};
  const std::string text = "v8: 14.6.202.34-node.34 and more of this";
  out.insert(out.end(), text.begin(), text.end());
  HandmadeBinary own = binary;
  own.contexts = 1;
  for (const Bytes& snapshot : {snapshot_of(own), snapshot_of(binary)})
    out.insert(out.end(), snapshot.begin(), snapshot.end());
  append_record(out, 0xC0DE06A9);  // the start of a cache that is none
  append_record(out, v8_14().version_hash);
  out.resize(out.size() + 24, 0xFF);
  for (const Bytes& cache : binary.code_caches) {
    out.resize(out.size() + 5, 0xCC);
    out.insert(out.end(), cache.begin(), cache.end());
  }
  out.resize(out.size() + 100, 0);
  return out;
}

}  // namespace ingot
