// The payload: everything an executable carries, laid out so that it is used where it lies.
//
// Owns the format: the writer (payload_writer.h), the readers (payload_reader.h here and
// runtime/payload.js inside the executable) all follow this file. Nothing is parsed at start: the
// runtime reads records by index and decodes a directory when somebody looks into it, so opening a
// payload of 10,000 files costs no more than opening one of 10, but for a checksum over the index.
//
//   payload     = header sections blobs manifest [ signature ]              ; each at 16 bytes
//   sections    = entries names resolutions 3*part                          ; each at 16 bytes
//   entries     = *entry            ; [0] is the root; breadth first, so children are neighbours
//   names       = *text             ; UTF-8: paths, child lists, link targets, specifiers
//   resolutions = *u32              ; see `Resolutions` below
//   part        = script cache      ; of the runtime (runtime/CMakeLists.txt), each at 16 bytes
//   script      = JavaScript, ASCII
//   cache       = V8 code cache of it
//   blobs       = *( file data / code cache / stripped )   ; hot ones at 16 bytes
//   manifest    = JSON, as one zstd frame: who, what, which digest (packer/cast/sealed_manifest.h)
//   signature   = JSON: who has sealed the manifest (packer/attest/seal_signature.h)
//
// What lies between two of them is zeros. Checksums find damage; against those who would make them
// anew, the manifest has two SHA-256 that together cover all of the payload but it and its
// signature:
//
//   index-digest   = SHA-256( unsealed-header *before-the-runtime )
//   content-digest = SHA-256( all from the first part's first byte to the manifest's )
//
// where unsealed-header is the header with zeros in what the manifest decides (`unsealed_header`)
// and before-the-runtime is all that lies between the header and the first part.
//
// All integers are little-endian u32; all offsets are from the start of the payload. (An ELF note,
// in which the payload travels, cannot be larger than 4 GiB, and neither can this.) Children of a
// directory are sorted by UTF-16 code units, the order of JavaScript's `<` (loader/name_order.h).
// A path is that of its directory, '/' and its name, which is neither empty, "." nor "..", and has
// at most 16 KiB.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/byte_view.h"

namespace ingot {

inline constexpr uint32_t kPayloadMagic = 0x54474E49;  // "INGT"
inline constexpr uint32_t kPayloadVersion = 5;
inline constexpr uint32_t kPayloadAlignment = 16;  // V8 uses an aligned code cache without a copy
inline constexpr uint32_t kNoEntry = 0xFFFFFFFF;
// Each path is compared with its folder's: were there no limit, a deep tree could take for ever.
inline constexpr uint32_t kMaxPathSize = 16384;

struct PayloadSection {
  uint32_t offset;
  uint32_t size;  // bytes
};

// A part of the runtime: the first is used by every start, the others when they are needed.
struct PayloadPart {
  PayloadSection script;
  PayloadSection cache;
  uint32_t crc;  // CRC-32 of the script, the cache and what lies between them
};
inline constexpr uint32_t kRuntimeParts = 3;

struct PayloadHeader {
  uint32_t magic;
  uint32_t version;
  uint32_t size;  // of the whole payload, bytes
  uint32_t entry_count;
  uint32_t main_entry;  // the file to run
  uint32_t header_crc;  // CRC-32 of this record with 0 here
  PayloadSection entries;
  PayloadSection names;
  PayloadSection resolutions;
  PayloadSection manifest;
  uint32_t index_crc;  // CRC-32 of all that lies between this record and the first part
  PayloadPart runtime[kRuntimeParts];
  PayloadSection signature;     // of size 0, at 0: nobody's
  uint8_t manifest_sha256[32];  // of the section as stored

  // Where the runtime begins, and where its last part ends.
  uint32_t runtime_begin() const { return runtime[0].script.offset; }
  uint64_t runtime_end() const {
    const PayloadSection& last = runtime[kRuntimeParts - 1].cache;
    return uint64_t{last.offset} + last.size;
  }
};
static_assert(sizeof(PayloadHeader) == 160);

// The header as it is before there is a manifest, which the index-digest is of.
inline PayloadHeader unsealed_header(PayloadHeader header) {
  header.size = 0;
  header.header_crc = 0;
  header.manifest = {};
  header.signature = {};
  for (uint8_t& byte : header.manifest_sha256) byte = 0;
  return header;
}

enum class EntryKind : uint32_t { kDirectory = 0, kFile = 1, kSymlink = 2 };
enum class EntryStorage : uint32_t { kRaw = 0, kZstd = 1 };
// How Node loads the file; kUnknown leaves the question to Node.
enum class EntryFormat : uint32_t {
  kUnknown = 0,
  kCommonJs = 1,
  kModule = 2,
  kJson = 3,
  kCommonJsTypescript = 4,
  kModuleTypescript = 5,
};

// The bytes of a part.
struct RuntimePart {
  ByteView script;
  ByteView cache;  // empty: none
};
using RuntimeParts = std::array<RuntimePart, kRuntimeParts>;

// SHA-256 in hex, as defined above.
struct PayloadDigests {
  std::string index;
  std::string content;
  bool operator==(const PayloadDigests&) const = default;
};

// Bits of `PayloadEntry::flags`.
inline constexpr uint32_t kEntryKindMask = 3;  // EntryKind
inline constexpr uint32_t kEntryExecutable = 1u << 2;
inline constexpr uint32_t kEntryStorageShift = 4;      // 2 bits, EntryStorage
inline constexpr uint32_t kEntryFormatShift = 6;       // 3 bits, EntryFormat
inline constexpr uint32_t kEntryReadsFiles = 1u << 9;  // an addon that resolves modules itself
inline constexpr uint32_t kEntryStripped = 1u << 10;   // its resolutions end with a `stripped`

struct PayloadEntry {
  uint32_t flags;
  uint32_t path_offset;  // in `names`: the path below the root, "" for the root itself
  uint32_t path_size;
  uint32_t parent;  // entry index; the root is its own parent
  union {
    struct {
      uint32_t data_offset;
      uint32_t stored_size;
      uint32_t size;          // of the content
      uint32_t crc;           // CRC-32 of the stored bytes
      uint32_t cache_offset;  // V8 code cache; size 0: none
      uint32_t cache_size;
      uint32_t cache_crc;
      uint32_t resolutions;  // 1 + index into `resolutions` (in u32); 0: none
    } file;
    struct {
      uint32_t first_child;  // entry index; children follow one another
      uint32_t child_count;
      uint32_t list_offset;  // in `names`: the children's names, joined by NUL
      uint32_t list_size;
      uint32_t unused[4];
    } directory;
    struct {
      uint32_t target_offset;  // in `names`: as readlink gives it
      uint32_t target_size;
      uint32_t real_entry;  // where it leads in the end, or kNoEntry
      uint32_t unused[5];
    } symlink;
  };
};
static_assert(sizeof(PayloadEntry) == 48);

// What the literal specifiers of one file resolve to, first for require(), then for import:
//
//   file-resolutions = require-count require-list import-count import-list
//                      require-count*target import-count*target [ stripped ]
//   list             = offset size        ; in `names`: the specifiers, joined by NUL
//   target           = entry index of a file
//   stripped         = offset size crc    ; the JavaScript made of a TypeScript file, raw, in UTF-8
//
// A specifier that is not listed is answered by Node's own algorithm.
inline constexpr uint32_t kResolutionsHeadWords = 6;
inline constexpr uint32_t kStrippedWords = 3;

}  // namespace ingot
