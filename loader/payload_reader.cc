#include "loader/payload_reader.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "base/digest.h"
#include "base/utf8.h"
#include "loader/checksum.h"
#include "loader/name_order.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxManifest = uint64_t{512} << 20;
// A zstd block of 4 bytes makes at most 128 KiB (RFC 8878, section 3.1.1.2), and nothing makes
// more.
constexpr uint64_t kMaxZstdRatio = 32768;

Error damaged(std::string what) {
  return integrity_error("payload-damaged", "the payload is damaged: " + std::move(what));
}

// Whether `path` is that of something with this name in the folder, and the name is one that a
// file can have.
bool is_child(std::string_view folder, std::string_view name, std::string_view path) {
  if (name.empty() || name == "." || name == ".." || !is_utf8(name)) return false;
  if (name.find('/') != std::string_view::npos) return false;
  if (folder.empty()) return path == name;
  return path.size() == folder.size() + 1 + name.size() && path.starts_with(folder) &&
         path[folder.size()] == '/' && path.ends_with(name);
}

}  // namespace

Result<PayloadReader> PayloadReader::open(ByteView payload) {
  PayloadReader reader;
  auto header = payload.record<PayloadHeader>(0);
  if (!header || header->magic != kPayloadMagic) return fail(damaged("no header"));
  if (header->version != kPayloadVersion)
    return fail(input_error("payload-version",
                            "the payload has format version " + std::to_string(header->version) +
                                ", this ingot reads " + std::to_string(kPayloadVersion)));
  PayloadHeader unsealed = *header;
  unsealed.header_crc = 0;
  if (crc_of(ByteView(reinterpret_cast<const uint8_t*>(&unsealed), sizeof(unsealed))) !=
      header->header_crc)
    return fail(damaged("the header's checksum is wrong"));
  if (header->size > payload.size()) return fail(damaged("it is cut off"));
  reader.header_ = *header;
  reader.payload_ = TRY(payload.slice(0, header->size));

  uint64_t end = sizeof(PayloadHeader);
  auto section = [&](PayloadSection where, const char* name) -> Result<ByteView> {
    auto bytes = reader.payload_.slice(where.offset, where.size);
    if (!bytes) return fail(damaged(std::string("the ") + name + " are outside"));
    // In any other order, or between words, the runtime would read other records than this reader.
    if (where.offset != align_up(end, kPayloadAlignment))
      return fail(damaged(std::string("the ") + name + " are not in their place"));
    end = uint64_t{where.offset} + where.size;
    return *bytes;
  };
  TRY(section(header->entries, "entries"));
  TRY(section(header->names, "names"));
  TRY(section(header->resolutions, "resolutions"));
  for (uint32_t i = 0; i < kRuntimeParts; ++i) {
    reader.runtime_[i].script = TRY(section(header->runtime[i].script, "runtime's bytes"));
    reader.runtime_[i].cache = TRY(section(header->runtime[i].cache, "runtime caches' bytes"));
  }
  if (header->manifest.offset < end) return fail(damaged("the manifest is not in its place"));
  TRY(reader.read_seal());
  uint64_t needed = uint64_t{header->entry_count} * sizeof(PayloadEntry);
  if (needed != header->entries.size || header->main_entry >= header->entry_count)
    return fail(damaged("the entry count is wrong"));
  reader.entries_.reserve(header->entry_count);
  for (uint32_t i = 0; i < header->entry_count; ++i)
    reader.entries_.push_back(TRY(reader.read_entry(i)));
  if (reader.entries_[header->main_entry].kind != EntryKind::kFile)
    return fail(damaged("what it should run is not a file"));
  TRY(reader.check_tree());
  return reader;
}

// The manifest and its signature are the end of the payload.
Status PayloadReader::read_seal() {
  const PayloadSection& manifest = header_.manifest;
  const PayloadSection& signature = header_.signature;
  const bool is_signed = signature.size > 0;
  uint64_t end = uint64_t{manifest.offset} + manifest.size;
  if (manifest.offset % kPayloadAlignment != 0 || end > header_.size ||
      (!is_signed && end != header_.size))
    return fail(damaged("the manifest is not in its place"));
  manifest_ = TRY(payload_.slice(manifest.offset, manifest.size));
  if (signature.offset != (is_signed ? align_up(end, kPayloadAlignment) : 0) ||
      (is_signed && uint64_t{signature.offset} + signature.size != header_.size))
    return fail(damaged("the manifest's signature is not in its place"));
  if (!is_signed) return {};
  signature_ = TRY(payload_.slice(signature.offset, signature.size));
  ByteView gap = TRY(payload_.slice(end, signature.offset - end));
  if (std::ranges::any_of(gap, [](uint8_t byte) { return byte != 0; }))
    return fail(damaged("there are bytes between the manifest and its signature"));
  return {};
}

bool PayloadReader::is_blob(uint64_t offset, uint64_t size) const {
  return offset >= header_.runtime_end() && offset + size <= header_.manifest.offset;
}

Result<PayloadEntryView> PayloadReader::read_entry(uint32_t index) {
  auto raw = TRY(payload_.record<PayloadEntry>(header_.entries.offset +
                                               uint64_t{index} * sizeof(PayloadEntry)));
  auto bytes = [&](uint32_t offset, uint32_t size) -> Result<ByteView> {
    auto view = payload_.slice(offset, size);
    if (!view) return fail(damaged("entry " + std::to_string(index) + " points outside"));
    return *view;
  };
  auto blob = [&](uint32_t offset, uint32_t size) -> Result<ByteView> {
    if (size > 0 && !is_blob(offset, size))
      return fail(damaged("entry " + std::to_string(index) + " has no data of its own"));
    return bytes(offset, size);
  };
  PayloadEntryView view;
  uint32_t kind = raw.flags & kEntryKindMask;
  uint32_t storage = raw.flags >> kEntryStorageShift & 3;
  uint32_t format = raw.flags >> kEntryFormatShift & 7;
  if (kind > 2 || storage > 1 || format > 5 || raw.parent >= header_.entry_count)
    return fail(damaged("entry " + std::to_string(index) + " is of an unknown kind"));
  view.kind = static_cast<EntryKind>(kind);
  view.storage = static_cast<EntryStorage>(storage);
  view.format = static_cast<EntryFormat>(format);
  view.executable = (raw.flags & kEntryExecutable) != 0;
  if (raw.path_size > kMaxPathSize)
    return fail(damaged("entry " + std::to_string(index) + " has too long a path"));
  view.path = TRY(bytes(raw.path_offset, raw.path_size)).text();
  switch (view.kind) {
    case EntryKind::kDirectory: {
      uint64_t end = uint64_t{raw.directory.first_child} + raw.directory.child_count;
      if (end > header_.entry_count) return fail(damaged("a directory's children are outside"));
      TRY(bytes(raw.directory.list_offset, raw.directory.list_size));
      break;
    }
    case EntryKind::kFile:
      view.stored = TRY(blob(raw.file.data_offset, raw.file.stored_size));
      view.size = raw.file.size;
      view.crc = raw.file.crc;
      view.code_cache = TRY(blob(raw.file.cache_offset, raw.file.cache_size));
      view.cache_crc = raw.file.cache_crc;
      if (view.storage == EntryStorage::kRaw && raw.file.size != raw.file.stored_size)
        return fail(damaged("entry " + std::to_string(index) + " has two sizes"));
      TRY(read_resolutions(raw, view));
      break;
    case EntryKind::kSymlink:
      view.link_target = TRY(bytes(raw.symlink.target_offset, raw.symlink.target_size)).text();
      if (raw.symlink.real_entry != kNoEntry && raw.symlink.real_entry >= header_.entry_count)
        return fail(damaged("a link leads outside"));
      break;
  }
  return view;
}

// Children are numbered breadth first, so each entry but the root is met exactly once.
Status PayloadReader::check_tree() const {
  if (entries_[0].kind != EntryKind::kDirectory || !entries_[0].path.empty())
    return fail(damaged("it has no root"));
  uint32_t next = 1;
  for (uint32_t i = 0; i < header_.entry_count; ++i) {
    if (entries_[i].kind != EntryKind::kDirectory) continue;
    auto raw = TRY(
        payload_.record<PayloadEntry>(header_.entries.offset + uint64_t{i} * sizeof(PayloadEntry)));
    auto wrong = [&] {
      return fail(damaged("its folder \"" + std::string(entries_[i].path) +
                          "\" is not the one that its files say"));
    };
    uint32_t count = raw.directory.child_count;
    // A folder below itself would come before it, or be it.
    if (count > 0 && (raw.directory.first_child != next || next <= i)) return wrong();
    std::string_view rest =
        TRY(payload_.slice(raw.directory.list_offset, raw.directory.list_size)).text();
    std::string_view before;
    for (uint32_t child = 0; child < count; ++child, ++next) {
      size_t end = rest.find('\0');
      std::string_view name = rest.substr(0, end);
      if ((end == std::string_view::npos) != (child + 1 == count)) return wrong();
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (child > 0 && !NameOrder()(before, name)) return wrong();
      before = name;
      if (!is_child(entries_[i].path, name, entries_[next].path)) return wrong();
      auto entry = TRY(payload_.record<PayloadEntry>(header_.entries.offset +
                                                     uint64_t{next} * sizeof(PayloadEntry)));
      if (entry.parent != i) return wrong();
    }
    if (!rest.empty()) return wrong();
  }
  if (next != header_.entry_count) return fail(damaged("a file is in no folder"));
  return {};
}

Status PayloadReader::read_resolutions(const PayloadEntry& entry, PayloadEntryView& view) {
  bool has_stripped = (entry.flags & kEntryStripped) != 0;
  if (entry.file.resolutions == 0) {
    if (has_stripped) return fail(damaged("a stripped source is nowhere"));
    return {};
  }
  auto table = TRY(payload_.slice(header_.resolutions.offset, header_.resolutions.size));
  auto word = [&](uint64_t i) { return table.le<uint32_t>((entry.file.resolutions - 1 + i) * 4); };
  uint64_t targets = 0;
  for (uint64_t list : {0, 3}) {
    auto count = word(list), offset = word(list + 1), size = word(list + 2);
    if (!count || !offset || !size || !payload_.slice(*offset, *size))
      return fail(damaged("a resolution list is outside"));
    targets += *count;
  }
  // Each file has a record of its own. Were they to overlap, checking them all could take for ever.
  resolution_words_ += kResolutionsHeadWords + targets + (has_stripped ? kStrippedWords : 0);
  if (resolution_words_ > table.size() / sizeof(uint32_t))
    return fail(damaged("the resolutions overlap"));
  for (uint64_t i = 0; i < targets; ++i) {
    auto target = word(kResolutionsHeadWords + i);
    if (!target || *target >= header_.entry_count)
      return fail(damaged("a resolution leads outside"));
  }
  if (!has_stripped) return {};
  uint64_t at = kResolutionsHeadWords + targets;
  auto offset = word(at), size = word(at + 1), crc = word(at + 2);
  if (!offset || !size || !crc) return fail(damaged("a stripped source is outside"));
  auto text = payload_.slice(*offset, *size);
  if (!text || (*size > 0 && !is_blob(*offset, *size)))
    return fail(damaged("a stripped source is outside"));
  view.stripped = *text;
  view.stripped_crc = *crc;
  return {};
}

Result<std::string> PayloadReader::manifest() const {
  Digest digest = digest_of(DigestAlgorithm::kSha256, manifest_);
  if (!std::equal(digest.bytes.begin(), digest.bytes.end(), header_.manifest_sha256))
    return fail(integrity_error("manifest-damaged", "the manifest is not the one that was sealed"));
  Bytes text = TRY(zstd_decompress(manifest_, kMaxManifest));
  return std::string(text.begin(), text.end());
}

Result<Bytes> PayloadReader::content(const PayloadEntryView& entry) const {
  if (crc_of(entry.stored) != entry.crc)
    return fail(integrity_error("file-damaged",
                                std::string(entry.path) + " is damaged: its checksum is wrong"));
  if (entry.storage == EntryStorage::kRaw) return Bytes(entry.stored.begin(), entry.stored.end());
  auto content = zstd_decompress(entry.stored, entry.size);
  if (!content || content->size() != entry.size)
    return fail(integrity_error("file-damaged",
                                std::string(entry.path) + " is damaged: it has another size"));
  return content;
}

Result<ByteView> PayloadReader::stripped(const PayloadEntryView& entry) const {
  if (!entry.stripped) return ByteView();
  if (crc_of(*entry.stripped) != entry.stripped_crc)
    return fail(integrity_error("file-damaged", "what was made of " + std::string(entry.path) +
                                                    " is damaged: its checksum is wrong"));
  return *entry.stripped;
}

std::vector<PayloadRequest> PayloadReader::requests(uint32_t index) const {
  std::vector<PayloadRequest> found;
  auto entry = payload_.record<PayloadEntry>(header_.entries.offset +
                                             uint64_t{index} * sizeof(PayloadEntry));
  if (!entry || entries_[index].kind != EntryKind::kFile || entry->file.resolutions == 0)
    return found;
  uint64_t head = header_.resolutions.offset + (uint64_t{entry->file.resolutions} - 1) * 4;
  auto word = [&](uint64_t i) { return payload_.le<uint32_t>(head + i * 4).value_or(0); };
  uint64_t target = kResolutionsHeadWords;
  for (uint64_t list : {0, 3}) {
    auto names = payload_.slice(word(list + 1), word(list + 2));
    std::string_view rest = names ? names->text() : std::string_view();
    for (uint32_t i = 0; i < word(list); ++i) {
      size_t end = rest.find('\0');
      found.push_back({rest.substr(0, end), word(target++), list != 0});
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  }
  return found;
}

Status PayloadReader::check_outside_files() const {
  auto index =
      TRY(payload_.slice(sizeof(PayloadHeader), header_.runtime_begin() - sizeof(PayloadHeader)));
  if (crc_of(index) != header_.index_crc)
    return fail(damaged("the checksum of its index is wrong"));

  std::vector<std::pair<uint64_t, uint64_t>> taken;  // begin, end
  for (const PayloadPart& part : header_.runtime) {
    uint64_t begin = part.script.offset, end = uint64_t{part.cache.offset} + part.cache.size;
    if (crc_of(TRY(payload_.slice(begin, end - begin))) != part.crc)
      return fail(damaged("the checksum of its runtime is wrong"));
    taken.emplace_back(begin, end);
  }
  auto take = [&](ByteView blob) {
    if (blob.empty()) return;
    auto begin = static_cast<uint64_t>(blob.data() - payload_.data());
    taken.emplace_back(begin, begin + blob.size());
  };
  for (const PayloadEntryView& entry : entries_) {
    take(entry.stored);
    take(entry.code_cache);
    take(entry.stripped.value_or(ByteView()));
  }
  taken.emplace_back(header_.manifest.offset, header_.manifest.offset);
  std::sort(taken.begin(), taken.end());
  uint64_t at = header_.runtime_begin();
  for (auto [begin, end] : taken) {
    if (begin > at) {
      ByteView gap = TRY(payload_.slice(at, begin - at));
      if (std::any_of(gap.begin(), gap.end(), [](uint8_t byte) { return byte != 0; }))
        return fail(damaged("there are bytes that belong to no file"));
    }
    at = std::max(at, end);
  }
  return {};
}

PayloadDigests PayloadReader::digests() const {
  PayloadHeader unsealed = unsealed_header(header_);
  Hasher index(DigestAlgorithm::kSha256);
  index.update(ByteView(reinterpret_cast<const uint8_t*>(&unsealed), sizeof(unsealed)));
  auto part = [&](uint64_t begin, uint64_t end) {
    return payload_.slice(begin, end - begin).value_or(ByteView());  // `open` has checked both
  };
  index.update(part(sizeof(PayloadHeader), header_.runtime_begin()));
  return {index.finish().hex(), sha256_hex(part(header_.runtime_begin(), header_.manifest.offset))};
}

Bytes zstd_compress(ByteView bytes, int level) {
  Bytes out(ZSTD_compressBound(bytes.size()));
  size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
  INGOT_CHECK(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

Result<Bytes> zstd_decompress(ByteView bytes, uint64_t max_size) {
  unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > max_size ||
      size / kMaxZstdRatio > bytes.size())
    return fail(damaged("a compressed part is not what it says"));
  Bytes out(size);
  size_t got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != size)
    return fail(damaged("a compressed part does not decompress"));
  return out;
}

}  // namespace ingot
