// The serializer stream of a V8 code cache, token by token.
//
// Owns decoding one token after the other, in one pass and without allocation, with every operand
// checked against the end of the stream: any bytes may be given. Each token says where it starts
// and ends, so that a stream can be copied with some tokens replaced. Knows no objects: what the
// tokens mean to each other is in objects.h.
//
// Source: src/snapshot/serializer-deserializer.h (enum Bytecode) and deserializer.cc of V8 12.4,
// 13.6 and 14.6.
#pragma once

#include <cstdint>

#include "base/byte_view.h"
#include "packer/compile/v8/code_cache_format.h"

namespace ingot {

// `a` and `b` are the token's operands.
enum class TokenKind : uint8_t {
  kUnknown,                // no opcode of this version
  kNewObject,              // a: space (0 read-only, 1 old, 2 code, 3 trusted), b: size in words
  kBackReference,          // a: number of the object, in the order of kNewObject
  kReadOnlyHeapReference,  // a: page, b: offset in it
  kStartupObjectCache,     // a: index
  kRoot,                   // a: index among the roots
  kAttachedReference,      // a: index; 0 is the source text
  kSharedHeapObjectCache,  // a: index
  kNop,
  kSynchronize,
  kRepeatedRoot,       // a: index among the roots, b: how often
  kRepeat,             // b: how often the next reference counts (V8 12)
  kRawData,            // b: words; they are the token's last 8 * b bytes
  kExternalReference,  // a: index
  kClearedWeakReference,
  kWeakPrefix,
  kPendingReference,         // to be filled in by kResolvePendingReference
  kResolvePendingReference,  // a: which, counting from 0; it is the object just begun
  kIndirectPrefix,
  kProtectedPrefix,
  kHotObject,  // a: place among the 8 last back references and roots
};

struct Token {
  TokenKind kind = TokenKind::kUnknown;
  uint32_t a = 0;
  uint32_t b = 0;
  uint32_t words = 0;  // that it fills in the object it is part of; kRepeat: besides the next token
  uint64_t start = 0;  // of its first byte in the stream
  uint64_t end = 0;    // behind its last byte
};

// Opcodes that no code cache has (off-heap stores, embedder fields, context maps, dispatch handles,
// sandboxed pointers) are unknown here: they are of startup snapshots.
class TokenReader {
 public:
  // `stream`: what follows the header. Both have to outlive the reader.
  TokenReader(ByteView stream, const V8Version& version);

  // False at the end of the stream, and at the first token that cannot be read: see `status`.
  bool next(Token& token);

  // Error "code-cache-malformed", with the offset in the stream.
  Status status() const;

 private:
  struct Rule;
  struct Table;
  static const Table& table_of(SerializerDialect dialect);

  bool stop(uint64_t offset);

  const uint8_t* begin_;
  const uint8_t* at_;
  const uint8_t* end_;
  const Table& table_;
  bool failed_ = false;
  uint64_t failed_at_ = 0;
};

}  // namespace ingot
