#include "packer/unpack/zip_archive.h"

#include <zlib.h>

#include "base/tar_writer.h"
#include "packer/unpack/inflate.h"
#include "packer/unpack/zip_format.h"

namespace ingot {
namespace {

constexpr std::string_view kFolder = "node_modules/";
constexpr uint64_t kMaxContent = uint64_t{1} << 30;  // zlib counts in 32 bits

// What the central directory says of one entry.
struct ZipRecord {
  std::string_view name;
  uint32_t mode = 0;
  uint16_t method = zip::kStored;
  uint32_t checksum = 0;
  uint32_t packed_size = 0;
  uint32_t size = 0;
  uint32_t offset = 0;  // of its local header
};

class ZipReader {
 public:
  ZipReader(ByteView zip, const std::string& label, const TarballLimits& limits)
      : zip_(zip), label_(label), limits_(limits), allowed_(most_inflated(zip.size(), limits)) {}

  Result<Bytes> run() {
    auto end = zip_.size() < zip::kEndSize ? zip_.slice(0, 0)
                                           : zip_.slice_from(zip_.size() - zip::kEndSize);
    auto mark = end ? end->le<uint32_t>(0) : fail(end.error());
    if (!mark || *mark != zip::kEndOfDirectory)
      return fail(damaged("it does not end with its directory"));
    uint16_t entries = TRY(end->le<uint16_t>(10));
    uint64_t at = TRY(end->le<uint32_t>(16));
    if (entries > limits_.entries)
      return fail(too_large("has more than " + std::to_string(limits_.entries) + " entries"));
    for (uint16_t i = 0; i < entries; ++i) {
      auto record = read_record(at);
      if (!record) return fail(damaged("its directory is cut short"));
      at += zip::kCentralHeaderSize + record->name.size();
      TRY(take(*record));
    }
    return tar_.finish();
  }

 private:
  Result<ZipRecord> read_record(uint64_t at) const {
    ByteView header = TRY(zip_.slice(at, zip::kCentralHeaderSize));
    if (TRY(header.le<uint32_t>(0)) != zip::kCentralHeader) return fail(damaged("no entry"));
    ZipRecord record;
    record.method = TRY(header.le<uint16_t>(10));
    record.checksum = TRY(header.le<uint32_t>(16));
    record.packed_size = TRY(header.le<uint32_t>(20));
    record.size = TRY(header.le<uint32_t>(24));
    // Yarn writes neither extra fields nor comments.
    if (TRY(header.le<uint32_t>(30)) != 0) return fail(damaged("an entry has more than a name"));
    record.mode = TRY(header.le<uint32_t>(38))
    >> 16;
    record.offset = TRY(header.le<uint32_t>(42));
    uint16_t length = TRY(header.le<uint16_t>(28));
    record.name = TRY(zip_.slice(at + zip::kCentralHeaderSize, length))
    .text();
    return record;
  }

  Status take(const ZipRecord& record) {
    if (record.name.ends_with('/')) return {};
    std::string path = TRY(path_of(record.name));
    if (record.size > kMaxContent || tar_.size() > allowed_ || record.size > allowed_ - tar_.size())
      return fail(too_large("inflates to more than " + std::to_string(allowed_) + " bytes"));
    ByteView content = TRY(content_of(record));
    if (crc32_z(0, content.data(), content.size()) != record.checksum)
      return fail(damaged(std::string(record.name) + " has a wrong checksum"));
    if ((record.mode & zip::kKindMask) == zip::kLinkKind)
      tar_.add_link(path, std::string(content.text()));
    else
      tar_.add_file(path, content, (record.mode & zip::kExecutable) != 0);
    return {};
  }

  // "node_modules/@scope/name/lib/a.js" -> "package/lib/a.js".
  Result<std::string> path_of(std::string_view name) const {
    std::string_view rest = name;
    if (!rest.starts_with(kFolder)) return fail(damaged(std::string(name) + " is in no package"));
    rest.remove_prefix(kFolder.size());
    for (int parts = rest.starts_with('@') ? 2 : 1; parts > 0; --parts) {
      size_t slash = rest.find('/');
      if (slash == std::string_view::npos)
        return fail(damaged(std::string(name) + " is in no package"));
      rest.remove_prefix(slash + 1);
    }
    return "package/" + std::string(rest);
  }

  // Valid until the next call.
  Result<ByteView> content_of(const ZipRecord& record) {
    auto wrong = [&] { return damaged(std::string(record.name) + " cannot be read"); };
    auto header = zip_.slice(record.offset, zip::kLocalHeaderSize);
    auto mark = header ? header->le<uint32_t>(0) : fail(header.error());
    if (!mark || *mark != zip::kLocalHeader) return fail(wrong());
    uint64_t names = uint64_t {
      TRY(header->le<uint16_t>(26))
    }
    +TRY(header->le<uint16_t>(28));
    auto packed = zip_.slice(record.offset + zip::kLocalHeaderSize + names, record.packed_size);
    if (!packed) return fail(wrong());
    if (record.method == zip::kStored) {
      if (packed->size() != record.size) return fail(wrong());
      return *packed;
    }
    if (record.method != zip::kDeflated || !inflate_into(*packed, record.size))
      return fail(wrong());
    return ByteView(content_);
  }

  bool inflate_into(ByteView packed, uint32_t size) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
    content_.resize(size);
    uint8_t nothing = 0;
    stream.next_in = const_cast<Bytef*>(packed.data());  // zlib only reads it
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = size == 0 ? &nothing : content_.data();
    stream.avail_out = size;
    int status = inflate(&stream, Z_FINISH);
    bool whole = status == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
    inflateEnd(&stream);
    return whole;
  }

  Error damaged(const std::string& what) const {
    return integrity_error("tarball-damaged",
                           "yarn's archive of " + label_ + " is damaged: " + what);
  }
  Error too_large(const std::string& what) const {
    return input_error("tarball-too-large", "yarn's archive of " + label_ + " " + what);
  }

  ByteView zip_;
  const std::string& label_;
  const TarballLimits& limits_;
  uint64_t allowed_;
  TarWriter tar_;
  Bytes content_;
};

}  // namespace

bool is_zip(ByteView bytes) {
  return bytes.text().starts_with("PK\x03\x04");
}

Result<Bytes> tar_of_zip(ByteView zip, const std::string& label, const TarballLimits& limits) {
  return ZipReader(zip, label, limits).run();
}

}  // namespace ingot
