// What a V8 code cache looks like from outside, and which versions of V8 are known.
//
// Owns the header, the grammar of what follows it and the table of versions. V8 calls the header
// SerializedCodeData (src/snapshot/code-serializer.h) and the rest a serializer stream
// (src/snapshot/serializer-deserializer.h); neither is documented or stable, and V8 checks nothing
// of the payload, so a version that is not in the table is refused, never guessed. Reads, never
// changes bytes.
//
//   code-cache = header stream
//   stream     = 1*object synchronize 3*nop         ; nops up to a multiple of 8 bytes
//   object     = new-object reference *resolve *field
//                                                   ; the first reference is the object's map;
//                                                   ; map and fields fill the object's words
//   field      = raw-data                           ; any number of words
//              / repeated-root                      ; several words
//              / *prefix ( reference / object )     ; one word, that points to it
//              / *prefix pending                    ; one word, which a later `resolve` fills:
//                                                   ; the object is at the end of the stream, to
//                                                   ; keep V8's recursion short
//   prefix     = weak / protected / indirect
//   reference  = root / back-reference / hot-object / read-only-heap / attached / cleared-weak
//
// A token is one byte of opcode and its operands (tokens.h); a word has 8 bytes (Node is built
// without pointer compression). Integers are little-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

struct CodeCacheHeader {
  uint32_t magic;               // 0xC0DE0000 ^ the number of external references
  uint32_t version_hash;        // of V8's version
  uint32_t source_hash;         // length in UTF-16 units; bit 29: compileFunction, 30: module
  uint32_t flag_hash;           // of the flags that change code
  uint32_t read_only_checksum;  // of the read-only heap in the startup snapshot: per binary
  uint32_t payload_size;        // bytes of the stream
  uint32_t payload_checksum;    // 0: release builds do not make one
  uint32_t padding;             // 0
};
static_assert(sizeof(CodeCacheHeader) == 32);

// Opcodes moved once among the versions we know.
enum class SerializerDialect {
  kV8_12,  // a repeat is followed by the reference that is repeated
  kV8_13,  // one opcode more at 0x10; a repeat carries the number of a root
};

// Where the objects that carry process history keep it. Offsets are bytes from the object's start,
// as are sizes; `map` is the index of the object's map among V8's roots.
struct ScriptLayout {
  uint32_t map;
  uint32_t size;
  uint32_t id;  // of a Smi, whose upper half is the number
};
struct SharedFunctionLayout {
  uint32_t map;
  uint32_t size;
  uint32_t unique_id;  // u32
  uint32_t age;        // u16 and padding, which V8 writes as 0
};
struct BytecodeArrayLayout {
  uint32_t map;
  uint32_t length;   // of a Smi: the number of bytes of bytecode
  uint32_t padding;  // u32 that V8 never initialises
  uint32_t bytes;    // where the bytecode starts
};

// Where an object keeps positions in the source text: bytes from the object's start. The line ends
// of a source change nothing else in a cache.
inline constexpr uint32_t kToTheEnd = 0xFFFFFFFF;
struct SourcePositions {
  uint32_t map;
  uint32_t begin;
  uint32_t end;  // kToTheEnd: they are encoded, and the object's size depends on them
};

// How the snapshot of the read-only heap is written: see read_only_heap.h.
struct ReadOnlyHeapFormat {
  uint8_t segment;  // opcode; that of a page is 0
  uint8_t relocate_segment;
  uint8_t roots_table;
  uint32_t chunk_header;  // bytes before a page's first object, which references count
  uint32_t string_map;    // of one-byte internalized strings, as an index among the roots
};

struct V8Version {
  std::string_view name;  // "14.6.202.34"
  uint32_t version_hash;
  SerializerDialect dialect;
  ScriptLayout script;
  SharedFunctionLayout shared_function;
  BytecodeArrayLayout bytecode_array;
  ReadOnlyHeapFormat read_only_heap;
  std::span<const SourcePositions> source_positions;  // none: not known for this version
};

// The versions we know, oldest first.
std::span<const V8Version> known_v8_versions();

// Error "code-cache-version": not one that we know.
Result<const V8Version*> find_v8_version(uint32_t version_hash);
Result<const V8Version*> find_v8_version(std::string_view name);

// Error "code-cache-malformed": not a header, or one that does not fit the bytes behind it.
Result<CodeCacheHeader> read_code_cache_header(ByteView cache);

}  // namespace ingot
