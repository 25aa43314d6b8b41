#include "loader/program/unpack.h"

#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "loader/program/sha256.h"

namespace ingot::loader {
namespace {

constexpr size_t kPart = size_t{1} << 20;
// libzstd's window buffer has this more than the window; and its tables.
constexpr size_t kBesideWindow = size_t{1} << 20;

bool same(const uint8_t* a, const uint8_t* b, size_t size) {
  return __builtin_memcmp(a, b, size) == 0;
}

}  // namespace

Unpacked unpack(const CompactHeader& header, const uint8_t* frame, FileNumber file, bool fast_sha,
                Notice& notice) {
  Memory work(static_cast<size_t>(header.window_size) + kBesideWindow);
  Memory part(kPart);
  if (!work || !part) return Unpacked::kNoMemory;
  ZSTD_DStream* stream = ZSTD_initStaticDStream(work.bytes(), work.size());
  if (stream == nullptr) return Unpacked::kNoMemory;

  Sha256 sha(fast_sha);
  ZSTD_inBuffer in{frame, static_cast<size_t>(header.frame_size), 0};
  const uint8_t* read = frame;
  uint64_t written = 0;
  size_t left = 1;
  while (left != 0) {
    ZSTD_outBuffer out{part.bytes(), part.size(), 0};
    // It stops at the end of each block; parts are written when they are full.
    do {
      size_t before = in.pos + out.pos;
      left = ZSTD_decompressStream(stream, &out, &in);
      if (ZSTD_isError(left) || (left != 0 && in.pos + out.pos == before))
        return Unpacked::kDamaged;
    } while (left != 0 && out.pos < out.size);
    if (out.pos > header.runtime_size - written) return Unpacked::kDamaged;
    sha.update(part.bytes(), out.pos);
    if (!write_all(file, part.bytes(), out.pos)) return Unpacked::kNotWritten;
    begin_writing(file, written, out.pos);
    written += out.pos;
    forget(read, frame + in.pos);
    read = frame + in.pos;
    notice.show_if_long();
  }
  uint8_t digest[32];
  sha.finish(digest);
  return written == header.runtime_size && same(digest, header.runtime_sha256, sizeof digest)
             ? Unpacked::kDone
             : Unpacked::kDamaged;
}

bool has_content(FileNumber file, const CompactHeader& header, bool fast_sha) {
  Memory part(kPart);
  if (!part) return false;
  Sha256 sha(fast_sha);
  uint64_t done = 0;
  while (done < header.runtime_size) {
    long size = read_up_to(file, part.bytes(), part.size(), done);
    if (size <= 0) return false;
    sha.update(part.bytes(), static_cast<size_t>(size));
    done += static_cast<uint64_t>(size);
  }
  uint8_t digest[32];
  sha.finish(digest);
  return done == header.runtime_size && same(digest, header.runtime_sha256, sizeof digest);
}

}  // namespace ingot::loader
