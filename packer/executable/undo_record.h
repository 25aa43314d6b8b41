// How to get the template back out of a finished executable.
//
// Owns a small format, the same for every executable format: the template is the pieces in order,
// each either copied from the finished file or given literally (the few bytes that casting
// changed). It says how the original was, never that it is true: a format's verifier first proves
// that the record is the one casting would have written (see inject.h, `digest_of_original`).
//
//   record  = magic "INGOTUND"  u32 version (1)  u32 piece-count  u64 original-size  pieces padding
//   piece   = u64 length  u64 source
//             source: an offset in the finished file, or 2^64-1: `length` literal bytes follow
//   padding = zeros, fewer than 64: whoever stores a record may align what follows
//   all integers little-endian
//
// Errors: "undo-malformed".
#pragma once

#include <optional>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/executable/byte_source.h"

namespace ingot {

inline constexpr uint32_t kMaxUndoPieces = 4096;
inline constexpr uint64_t kUndoPaddingLimit = 64;

struct UndoPiece {
  uint64_t length = 0;             // bytes
  std::optional<uint64_t> source;  // offset in the finished file; nothing: see `literal`
  Bytes literal;

  bool operator==(const UndoPiece&) const = default;
};

struct UndoRecord {
  uint64_t original_size = 0;  // bytes; the sum of the pieces
  std::vector<UndoPiece> pieces;

  void copy(uint64_t source, uint64_t length) { pieces.push_back({length, source, {}}); }
  void insert(Bytes bytes) {
    uint64_t length = bytes.size();
    pieces.push_back({length, std::nullopt, std::move(bytes)});
  }
  bool operator==(const UndoRecord&) const = default;
};

Bytes encode_undo_record(const UndoRecord& record);

// Refuses bytes other than padding after the end, and pieces that do not add up to the original's
// size.
Result<UndoRecord> decode_undo_record(ByteView bytes);

// Streams the original out of the finished file.
Status write_original(const UndoRecord& record, ByteView finished, const ByteSink& sink);

}  // namespace ingot
