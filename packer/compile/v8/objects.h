// The objects of a V8 code cache: which token fills which words of which object.
//
// Owns following the nesting of a serializer stream (the grammar is in code_cache_format.h) and
// knowing each object's map, by V8's list of recently used references. Refuses streams that V8
// could not have made: objects that are over-full or left open, references to objects that do not
// exist, nesting deeper than V8 recurses. Knows no kind of object.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "packer/compile/v8/tokens.h"

namespace ingot {

inline constexpr uint32_t kNotARoot = 0xFFFFFFFF;

// Raw data inside an object. Sizes and offsets are in bytes.
struct RawField {
  uint32_t object = 0;       // its number, as back references count
  uint32_t map = kNotARoot;  // the object's map, as an index among the roots
  uint64_t object_size = 0;
  uint64_t offset = 0;  // of the data in the object
  uint64_t data = 0;    // of the data in the stream
  uint64_t size = 0;
};

class ObjectReader {
 public:
  // As for TokenReader.
  ObjectReader(ByteView stream, const V8Version& version);

  // The next raw data of any object, in the order of the stream; nothing at the end.
  // Error "code-cache-malformed".
  Result<std::optional<RawField>> next();

  // The maps of the objects that have begun so far, by number.
  const std::vector<uint32_t>& maps() const { return maps_; }

 private:
  struct Frame {
    uint32_t object;
    uint32_t size;    // words
    uint32_t filled;  // words
  };
  // What has to come next.
  enum class Awaited { kAnything, kMap, kReference, kRepeatedRoot };

  bool step();
  bool step_outside();
  bool step_inside();
  bool is_awaited() const;
  bool follow();
  bool refer_back();
  bool resolve();
  uint32_t root_of_token() const;
  void remember(uint32_t root);

  TokenReader tokens_;
  Token token_;
  std::vector<Frame> open_;
  std::vector<uint32_t> maps_;
  // The ring of what was referred to last; kNotARoot stands for everything else.
  std::array<uint32_t, 8> hot_;
  uint32_t hot_next_ = 0;
  uint32_t pending_ = 0;       // numbers of references to be filled in are given out up to here
  uint32_t left_pending_ = 0;  // of them, not filled in yet
  uint32_t nops_ = 0;
  bool synchronized_ = false;
  Awaited awaited_ = Awaited::kAnything;
};

}  // namespace ingot
