#include "packer/executable/elf/compact.h"

#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

#include "packer/executable/elf/reader.h"
#include "packer/executable/elf/sections.h"
#include "packer/executable/fuse.h"

namespace ingot::elf {
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

Segment* last_loadable(std::vector<Segment>& segments) {
  Segment* last = nullptr;
  for (Segment& segment : segments)
    if (segment.type == kLoad) last = &segment;
  return last;
}

void overwrite(Bytes& file, uint64_t offset, ByteView bytes) {
  INGOT_CHECK(offset + bytes.size() <= file.size());
  std::ranges::copy(bytes, file.begin() + static_cast<ptrdiff_t>(offset));
}

void append(Bytes& file, ByteView bytes) {
  file.insert(file.end(), bytes.begin(), bytes.end());
}

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

Result<CompactHeader> describe_runtime(ByteView binary, const Digest& sha256, bool hash_always) {
  Image image = TRY(read_elf(binary));
  if (image.type != kTypeExecutable)
    return fail(input_error("elf-not-exec", "this Node binary is not of ELF type EXEC")
                    .hinted("official Node binaries are; distributions' own builds may not be"));
  uint64_t fuse = TRY(find_unset_fuse(binary));
  CompactHeader header{};
  header.magic = kCompactMagic;
  header.version = kCompactVersion;
  header.flags = hash_always ? kCompactHashAlways : 0;
  header.window_size = kMaxCompactWindow;
  header.runtime_size = binary.size();
  INGOT_CHECK(sha256.bytes.size() == sizeof header.runtime_sha256);
  std::ranges::copy(sha256.bytes, header.runtime_sha256);
  for (const Segment& segment : image.segments) {
    if (segment.type != kLoad || fuse < segment.offset ||
        fuse - segment.offset >= segment.file_size)
      continue;
    header.fuse_address = segment.address + (fuse - segment.offset);
    return header;
  }
  return fail(
      input_error("template-no-fuse", "NODE_SEA_FUSE is in no segment of this Node binary"));
}

Result<Bytes> make_compact(ByteView loader, CompactHeader header, ByteView frame) {
  Image image = TRY(read_elf(loader));
  Segment* segment = last_loadable(image.segments);
  if (segment == nullptr || segment->file_size != sizeof header)
    return fail(input_error("elf-no-slot", "the loader has no room for a runtime"));
  header.frame_size = frame.size();
  std::ranges::copy(digest_of_header(header), header.header_sha256);

  segment->file_size = segment->memory_size = sizeof header + frame.size();
  for (Section& section : image.sections)
    if (section.address == segment->address) section.size = segment->file_size;
  uint64_t end = segment->offset + segment->file_size;
  uint64_t sections_offset = align_up(end, kSectionAlignment);
  SectionTable table = TRY(loaded_only(image, TRY(section_names(image, loader)), sections_offset));

  ByteView kept = TRY(loader.slice(0, segment->offset));
  Bytes out;
  out.reserve(sections_offset + table.bytes.size());
  append(out, kept);
  overwrite(out, image.program_headers_offset, encode_segments(image.segments));
  overwrite(out, kTableFieldsOffset, encode_table_fields(table.fields));
  append(out, bytes_of(header));
  append(out, frame);
  out.resize(sections_offset);
  append(out, table.bytes);
  return out;
}

Result<std::optional<CompactParts>> find_compact(ByteView file) {
  Image image = TRY(read_elf(file));
  for (const Segment& segment : image.segments) {
    if (segment.type != kLoad || segment.file_size < sizeof(CompactHeader)) continue;
    CompactHeader header = TRY(file.record<CompactHeader>(segment.offset));
    if (header.magic != kCompactMagic) continue;
    if (header.version != kCompactVersion ||
        !std::ranges::equal(digest_of_header(header), header.header_sha256) ||
        header.window_size > kMaxCompactWindow ||
        segment.file_size - sizeof header != header.frame_size)
      return fail(damaged("its record has changed"));
    return CompactParts {
      header, TRY(file.slice(segment.offset + sizeof header, header.frame_size))
    };
  }
  return std::nullopt;
}

Result<Digest> digest_of_runtime(const CompactParts& parts) {
  std::unique_ptr<ZSTD_DStream, FreeStream> stream(ZSTD_createDStream());
  INGOT_CHECK(stream);
  Bytes part(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{parts.frame.data(), parts.frame.size(), 0};
  Hasher hasher(DigestAlgorithm::kSha256);
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
    hasher.update(ByteView(part.data(), out.pos));
  }
  if (size != parts.header.runtime_size || in.pos != in.size)
    return fail(damaged("it has another size than its record says"));
  return hasher.finish();
}

}  // namespace ingot::elf
