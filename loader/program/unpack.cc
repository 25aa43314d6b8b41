#include "loader/program/unpack.h"

#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include "loader/program/sha256.h"

namespace ingot::loader {
namespace {

constexpr size_t kPart = size_t{1} << 20;
constexpr uint64_t kPage = 0x10000;  // of any kernel, or more
// libzstd's window buffer has this more than the window; and its tables.
constexpr size_t kBesideWindow = size_t{1} << 20;

constexpr int kDontNeed = 4;      // MADV_DONTNEED
constexpr int kStartWriting = 2;  // SYNC_FILE_RANGE_WRITE

// Memory from the system, given back at the end of the scope.
class Memory {
 public:
  explicit Memory(size_t size)
      : size_(size),
        start_(map(nullptr, size, kReadable | kWritable, kPrivate | kAnonymous, -1, 0)) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (*this) call(kMunmap, as_argument(start_), static_cast<long>(size_));
  }
  explicit operator bool() const { return !map_failed(start_); }
  uint8_t* bytes() const { return static_cast<uint8_t*>(start_); }
  size_t size() const { return size_; }

 private:
  size_t size_;
  void* start_;
};

// Pages that were read count as memory of this process until they are let go.
void forget(const uint8_t* start, const uint8_t* end) {
  auto from = (reinterpret_cast<uintptr_t>(start) + kPage - 1) / kPage * kPage;
  auto to = reinterpret_cast<uintptr_t>(end) / kPage * kPage;
  if (to > from) call(kMadvise, static_cast<long>(from), static_cast<long>(to - from), kDontNeed);
}

bool same(const uint8_t* a, const uint8_t* b, size_t size) {
  return __builtin_memcmp(a, b, size) == 0;
}

}  // namespace

Unpacked unpack(const CompactHeader& header, const uint8_t* frame, int file, bool fast_sha,
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
    call(kSyncFileRange, file, static_cast<long>(written), static_cast<long>(out.pos),
         kStartWriting);  // so that the fsync has little left to do
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

bool has_content(int file, const CompactHeader& header, bool fast_sha) {
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
