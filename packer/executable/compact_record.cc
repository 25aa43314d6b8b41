#include "packer/executable/compact_record.h"

#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <memory>

#include "base/releaser.h"

namespace ingot {
namespace {

constexpr size_t kSealedPart = offsetof(CompactHeader, header_sha256);

Error damaged(const std::string& what) {
  return integrity_error("compact-damaged", "the compressed Node.js runtime is damaged: " + what);
}

ByteView bytes_of(const CompactHeader& header) {
  return {reinterpret_cast<const uint8_t*>(&header), sizeof header};
}

Bytes digest_of_header(const CompactHeader& header) {
  return digest_of(DigestAlgorithm::kSha256, ByteView(bytes_of(header).data(), kSealedPart)).bytes;
}

}  // namespace

CompactHeader new_compact_header(uint64_t runtime_size, const Digest& runtime_sha256,
                                 bool hash_always) {
  CompactHeader header{};
  header.magic = kCompactMagic;
  header.version = kCompactVersion;
  header.flags = hash_always ? kCompactHashAlways : 0;
  header.window_size = kMaxCompactWindow;
  header.runtime_size = runtime_size;
  INGOT_CHECK(runtime_sha256.bytes.size() == sizeof header.runtime_sha256);
  std::ranges::copy(runtime_sha256.bytes, header.runtime_sha256);
  return header;
}

Bytes seal_header(CompactHeader header, uint64_t frame_size) {
  header.frame_size = frame_size;
  std::ranges::copy(digest_of_header(header), header.header_sha256);
  ByteView bytes = bytes_of(header);
  return {bytes.begin(), bytes.end()};
}

Result<CompactParts> read_parts(ByteView bytes) {
  auto header = bytes.record<CompactHeader>(0);
  if (!header || header->magic != kCompactMagic || header->version != kCompactVersion ||
      !std::ranges::equal(digest_of_header(*header), header->header_sha256) ||
      header->window_size > kMaxCompactWindow || header->runtime_size > kMaxCompactRuntime ||
      bytes.size() - sizeof *header < header->frame_size)
    return fail(damaged("its record has changed"));
  return CompactParts{*header, TRY(bytes.slice(sizeof *header, header->frame_size))};
}

Status unpack_frame(const CompactParts& parts, const ByteSink& sink) {
  std::unique_ptr<ZSTD_DStream, Releaser<ZSTD_freeDStream>> stream(ZSTD_createDStream());
  INGOT_CHECK(stream);
  Bytes part(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{parts.frame.data(), parts.frame.size(), 0};
  uint64_t size = 0;
  size_t left = 1;
  while (left != 0) {
    ZSTD_outBuffer out{part.data(), part.size(), 0};
    size_t before = in.pos;
    left = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return fail(damaged(ZSTD_getErrorName(left)));
    size += out.pos;
    if (size > parts.header.runtime_size) return fail(damaged("it is larger than its record says"));
    if (left != 0 && out.pos == 0 && in.pos == before) return fail(damaged("it is cut off"));
    TRY(sink(ByteView(part.data(), out.pos)));
  }
  if (size != parts.header.runtime_size || in.pos != in.size)
    return fail(damaged("it has another size than its record says"));
  return {};
}

Result<Digest> digest_of_frame(const CompactParts& parts) {
  Hasher hasher(DigestAlgorithm::kSha256);
  TRY(unpack_frame(parts, [&](ByteView bytes) -> Status {
    hasher.update(bytes);
    return {};
  }));
  return hasher.finish();
}

}  // namespace ingot
