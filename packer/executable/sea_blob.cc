#include "packer/executable/sea_blob.h"

namespace ingot {
namespace {

constexpr uint32_t kMagic = 0x0143DA20;
constexpr uint32_t kSmallestString = 8;  // its length field

struct SeaLayout {
  std::string_view node_version;
  bool has_main_format;
  uint32_t known_flags;
};

constexpr SeaLayout kLayouts[] = {
    {"26.10.0", true,
     kNoExperimentalWarning | kUseSnapshot | kUseCodeCache | kHasAssets | kHasExecArgv | kUseVfs},
};

Result<SeaLayout> layout_of(std::string_view node_version) {
  for (const SeaLayout& layout : kLayouts) {
    if (layout.node_version == node_version) return layout;
  }
  return fail(input_error("sea-version-unknown", "the blob layout of Node " +
                                                     std::string(node_version) +
                                                     " is not known; a wrong one would crash it")
                  .hinted("use Node " + std::string(kLayouts[0].node_version)));
}

template <typename T>
void append(Bytes& out, T value) {
  for (size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i)));
}

void append_text(Bytes& out, std::string_view text) {
  append<uint64_t>(out, text.size());
  out.insert(out.end(), text.begin(), text.end());
}

std::string repeat_last_slash(const std::string& path, size_t count) {
  size_t slash = path.rfind('/');
  std::string padded = path;
  return padded.insert(slash == std::string::npos ? 0 : slash, count, '/');
}

// Gathers small fields into one buffer and keeps big ones as sources.
class Parts {
 public:
  Bytes small;

  void add(ByteSource source) {
    append<uint64_t>(small, source.size);
    flush();
    offset_ += source.size;
    sources_.push_back(std::move(source));
  }
  // Of what has been added so far.
  uint64_t size() const { return offset_ + small.size(); }
  ByteSource finish() {
    flush();
    return concatenate(std::move(sources_));
  }

 private:
  void flush() {
    offset_ += small.size();
    if (!small.empty()) sources_.push_back(source_of(std::move(small)));
    small = {};
  }

  std::vector<ByteSource> sources_;
  uint64_t offset_ = 0;
};

uint32_t flags_of(const SeaContent& content) {
  uint32_t flags = 0;
  if (content.no_experimental_warning) flags |= kNoExperimentalWarning;
  if (content.code_cache) flags |= kUseCodeCache;
  if (!content.assets.empty()) flags |= kHasAssets;
  if (!content.exec_argv.empty()) flags |= kHasExecArgv;
  return flags;
}

SeaBlob serialize(const SeaContent& content, const SeaLayout& layout) {
  Parts parts;
  std::optional<uint64_t> aligned_offset;
  append(parts.small, kMagic);
  append(parts.small, flags_of(content));
  append(parts.small, static_cast<uint8_t>(content.exec_argv_extension));
  if (layout.has_main_format) append(parts.small, static_cast<uint8_t>(content.main_format));
  append_text(parts.small, content.code_path);
  parts.add(source_of(content.main_code));
  if (content.code_cache) parts.add(source_of(*content.code_cache));
  if (!content.assets.empty()) append<uint64_t>(parts.small, content.assets.size());
  for (const SeaAsset& asset : content.assets) {
    append_text(parts.small, asset.key);
    if (content.aligned_asset == asset.key) aligned_offset = parts.size() + sizeof(uint64_t);
    parts.add(asset.data);
  }
  if (!content.exec_argv.empty()) append<uint64_t>(parts.small, content.exec_argv.size());
  for (const std::string& argument : content.exec_argv) append_text(parts.small, argument);
  return {parts.finish(), aligned_offset};
}

// Reads fields one after the other; every step is bounds-checked by the view.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : bytes_(bytes) {}

  template <typename T>
  Result<T> integer() {
    T value = TRY(bytes_.le<T>(at_));
    at_ += sizeof(T);
    return value;
  }
  Result<ByteView> string() {
    uint64_t size = TRY(integer<uint64_t>());
    ByteView text = TRY(bytes_.slice(at_, size));
    at_ += size;
    return text;
  }
  // A count of things that take at least `smallest` bytes each, so that what is reserved for them
  // is never out of proportion to the blob.
  Result<uint64_t> count(uint64_t smallest) {
    uint64_t count = TRY(integer<uint64_t>());
    if (count > remaining() / smallest)
      return fail(input_error("sea-malformed", "the SEA blob counts more items than it can hold"));
    return count;
  }
  uint64_t remaining() const { return bytes_.size() - at_; }

 private:
  ByteView bytes_;
  uint64_t at_ = 0;
};

Error malformed(const std::string& what) {
  return input_error("sea-malformed", "the SEA blob " + what);
}

Status read_header(Cursor& cursor, const SeaLayout& layout, SeaBlobView& out) {
  if (TRY(cursor.integer<uint32_t>()) != kMagic)
    return fail(malformed("does not begin with Node's magic number"));
  out.flags = TRY(cursor.integer<uint32_t>());
  if ((out.flags & ~layout.known_flags) != 0)
    return fail(input_error(
        "sea-flags-unknown",
        "the SEA blob has flags that Node " + std::string(layout.node_version) + " does not know"));
  uint8_t extension = TRY(cursor.integer<uint8_t>());
  if (extension > static_cast<uint8_t>(ExecArgvExtension::kCommandLine))
    return fail(malformed("has an unknown execArgvExtension"));
  out.exec_argv_extension = static_cast<ExecArgvExtension>(extension);
  if (!layout.has_main_format) return {};
  uint8_t format = TRY(cursor.integer<uint8_t>());
  if (format > static_cast<uint8_t>(MainFormat::kModule))
    return fail(malformed("has an unknown format of its main script"));
  out.main_format = static_cast<MainFormat>(format);
  return {};
}

}  // namespace

Result<SeaBlob> make_sea_blob(SeaContent content, std::string_view node_version) {
  SeaLayout layout = TRY(layout_of(node_version));
  SeaBlob blob = serialize(content, layout);
  if (!content.aligned_asset) return blob;

  INGOT_CHECK(blob.aligned_offset);
  uint64_t missing = align_up(*blob.aligned_offset, kSeaBlobAlignment) - *blob.aligned_offset;
  if (missing > 0) {
    content.code_path = repeat_last_slash(content.code_path, missing);
    blob = serialize(content, layout);
  }
  INGOT_CHECK(*blob.aligned_offset % kSeaBlobAlignment == 0);
  return blob;
}

std::optional<ByteView> SeaBlobView::asset(std::string_view key) const {
  for (const auto& [name, data] : assets) {
    if (name == key) return data;
  }
  return std::nullopt;
}

Result<SeaBlobView> read_sea_blob(ByteView blob, std::string_view node_version) {
  SeaLayout layout = TRY(layout_of(node_version));
  Cursor cursor(blob);
  SeaBlobView out;
  TRY(read_header(cursor, layout, out));
  out.code_path = TRY(cursor.string()).text();
  out.main = TRY(cursor.string());
  if ((out.flags & kUseCodeCache) != 0) out.code_cache = TRY(cursor.string());
  if ((out.flags & kHasAssets) != 0) {
    uint64_t count = TRY(cursor.count(2 * kSmallestString));
    for (uint64_t i = 0; i < count; ++i) {
      std::string_view key = TRY(cursor.string()).text();
      out.assets.emplace_back(key, TRY(cursor.string()));
    }
  }
  if ((out.flags & kHasExecArgv) != 0) {
    uint64_t count = TRY(cursor.count(kSmallestString));
    for (uint64_t i = 0; i < count; ++i) out.exec_argv.push_back(TRY(cursor.string()).text());
  }
  if (cursor.remaining() != 0) return fail(malformed("has bytes after its end"));
  return out;
}

}  // namespace ingot
