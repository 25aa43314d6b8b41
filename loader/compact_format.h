// What the loader of a compact executable carries beside the application: the Node binary, smaller.
//
// Owns the record that packer/executable/compact_record.h writes and loader/program reads. It is
// the beginning of the loader's last segment but one (PE: of section ".ingot", Mach-O: of section
// "__frame" in segment "__INGOT"), which is mapped but not read once the runtime is in the cache.
// The application's own segment is the one that direct executables have.
//
//   runtime segment = CompactHeader frame
//   frame           = the Node binary as one zstd frame (RFC 8878), with a window of at most
//                     kMaxCompactWindow, so that the loader needs no more memory than that
//
// ELF: the binary is what the direct executable has around its application, with Node's fuse unset;
// the loader sets it in memory. PE and Mach-O: the library that library.h of the format, in
// packer/executable, makes of it.
// All integers little-endian.
#pragma once

#include <cstdint>

namespace ingot {

inline constexpr uint32_t kCompactMagic = 0x43474E49;  // "INGC"
inline constexpr uint32_t kCompactVersion = 1;
inline constexpr uint64_t kMaxCompactWindow = uint64_t{8} << 20;
inline constexpr uint64_t kMaxCompactRuntime = uint64_t{1} << 30;  // bytes, decompressed

// Bits of `CompactHeader::flags`.
inline constexpr uint32_t kCompactHashAlways = 1;  // the cached runtime is read whole at each start

struct CompactHeader {
  uint32_t magic;
  uint32_t version;
  uint32_t flags;
  uint32_t entry;         // PE, Mach-O: address of Node's first code, relative; ELF: 0
  uint64_t frame_size;    // bytes, right behind this record
  uint64_t window_size;   // bytes that decompressing needs to look back
  uint64_t runtime_size;  // of the Node binary, bytes
  uint64_t fuse_address;  // virtual (PE: relative; Mach-O: 0): of the byte that tells Node of an
                          // application
  uint8_t runtime_sha256[32];
  uint8_t header_sha256[32];  // of this record up to here
};
static_assert(sizeof(CompactHeader) == 112);

}  // namespace ingot
