#include "packer/unpack/berry_archive.h"

#include <zlib.h>

#include <algorithm>
#include <unordered_map>

#include "base/digest.h"
#include "lockfile/cache_key.h"
#include "packer/unpack/inflate.h"
#include "packer/unpack/tar_reader.h"
#include "packer/unpack/zip_format.h"

namespace ingot {
namespace {

constexpr uint16_t kMadeBy = 0x033f;   // Unix, version 6.3
constexpr uint16_t kTime = 0xae40;     // 21:50:00
constexpr uint16_t kDate = 0x08d6;     // 1984-06-22
constexpr uint16_t kUtf8Name = 0x800;  // general purpose flag
constexpr int kBestLevel = 9;
constexpr int kMemoryLevel = 9;
// Since then yarn may compress with Node's zlib, whose output is not that of zlib itself.
constexpr int kOwnZlibVersion = 10;

constexpr uint32_t kFolderMode = 040755;
constexpr uint32_t kLinkMode = 0120777;
constexpr uint32_t kFileMode = 0100644;
constexpr uint32_t kProgramMode = 0100755;

constexpr uint64_t kMaxEntries = 0xfffe;  // more need the 64-bit extension, as do larger sizes
constexpr uint64_t kMaxSize = 0xfffffffe;
constexpr size_t kMaxName = 0xffff;

struct ZipEntry {
  std::string name;
  uint32_t mode = kFolderMode;
  ByteView content;    // in the tarball, or in `target`
  std::string target;  // of a symbolic link
};

Error unknown(const std::string& label, const std::string& why) {
  return integrity_error("archive-unknown",
                         "yarn's checksum of " + label + " cannot be made again: " + why);
}

// "package//lib/./a.js" -> {"package", "lib", "a.js"}.
std::vector<std::string_view> components_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

// What yarn puts into the archive, in its order. Contents are views into the tar archive.
class EntryList {
 public:
  EntryList(const std::string& name, const std::string& label, const TarballLimits& limits)
      : label_(label), limits_(limits), prefix_("node_modules/" + name + "/") {}

  Status take(const TarEntry& entry, TarReader& reader) {
    if (entry.path.size() > limits_.path_bytes)
      return fail(input_error("tarball-entry-name",
                              "the tarball of " + label_ + " has a path of more than " +
                                  std::to_string(limits_.path_bytes) + " bytes"));
    std::vector<std::string_view> parts = components_of(entry.path);
    if (entry.path.starts_with('/') || std::ranges::find(parts, "..") != parts.end()) return {};
    if (parts.size() < 2) return {};
    std::string path = prefix_;
    for (size_t i = 1; i < parts.size(); ++i) (path += i > 1 ? "/" : "") += parts[i];
    switch (entry.kind) {
      case TarEntryKind::kDirectory:
        return add_folders(path + "/");
      case TarEntryKind::kSymbolicLink:
        return add({path, kLinkMode, {}, entry.link_target});
      case TarEntryKind::kFile: {
        uint32_t mode = entry.executable ? kProgramMode : kFileMode;
        return add({path, mode, TRY(reader.content()), {}});
      }
      case TarEntryKind::kHardLink:
      case TarEntryKind::kSparseFile:
      case TarEntryKind::kOther:
        return {};
    }
    return {};
  }

  std::vector<ZipEntry> finish() { return std::move(entries_); }

 private:
  // Every folder of the path, which ends with '/', that is not there yet.
  Status add_folders(const std::string& path) {
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      std::string folder = path.substr(0, slash + 1);
      if (!places_.contains(folder)) TRY(append({std::move(folder), kFolderMode, {}, {}}));
    }
    return {};
  }

  Status add(ZipEntry entry) {
    TRY(add_folders(entry.name.substr(0, entry.name.rfind('/') + 1)));
    auto known = places_.find(entry.name);
    if (known == places_.end()) return append(std::move(entry));
    entries_[known->second] = std::move(entry);
    return {};
  }

  Status append(ZipEntry entry) {
    if (entries_.size() == kMaxEntries) return fail(unknown(label_, "it has too many files"));
    if (entry.name.size() > kMaxName) return fail(unknown(label_, "it has too long a path"));
    places_.emplace(entry.name, entries_.size());
    entries_.push_back(std::move(entry));
    return {};
  }

  const std::string& label_;
  const TarballLimits& limits_;
  std::string prefix_;
  std::vector<ZipEntry> entries_;
  std::unordered_map<std::string, size_t> places_;  // only ever looked up
};

// Deflates one content after the other in the same memory.
class Deflater {
 public:
  explicit Deflater(int level) {
    ready_ = deflateInit2(&stream_, level, Z_DEFLATED, -MAX_WBITS, kMemoryLevel,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() {
    if (ready_) deflateEnd(&stream_);
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // Valid until the next call.
  Result<ByteView> run(ByteView content) {
    if (!ready_ || deflateReset(&stream_) != Z_OK)
      return fail(input_error("out-of-memory", "zlib cannot start"));
    size_t most = deflateBound(&stream_, content.size());
    if (out_.size() < most) out_.resize(most);
    stream_.next_in = const_cast<Bytef*>(content.data());  // zlib only reads it
    stream_.avail_in = static_cast<uInt>(content.size());
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<uInt>(out_.size());
    INGOT_CHECK(deflate(&stream_, Z_FINISH) == Z_STREAM_END);
    return ByteView(out_).slice(0, stream_.total_out);
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  Bytes out_;
};

// General purpose bits 1 and 2, which say how hard the compressor tried.
uint16_t effort_flags(int level) {
  return level < 3 ? 4 : level > 7 ? 2 : 0;
}

class ArchiveHash {
 public:
  ArchiveHash(std::optional<int> level, const std::string& label)
      : level_(level), label_(label), deflater_(level.value_or(kBestLevel)) {}

  Status add(const ZipEntry& entry) {
    bool folder = entry.name.ends_with('/');
    ByteView content = entry.target.empty() ? entry.content : std::string_view(entry.target);
    if (content.size() > kMaxSize / 2) return fail(unknown(label_, "it has too large a file"));
    uint16_t method = zip::kStored;
    ByteView body = content;
    if (!folder && level_ != 0 && !(content.empty() && !level_)) {
      ByteView deflated = TRY(deflater_.run(content));
      if (level_ || deflated.size() < content.size()) {
        method = zip::kDeflated;
        body = deflated;
      }
    }
    // What both headers have in common, from "version needed" to "extra field length".
    record_.clear();
    u16(folder || method == zip::kDeflated ? 20 : 10);
    bool ascii = std::ranges::all_of(entry.name, [](char c) { return (c & 0x80) == 0; });
    u16((method == zip::kDeflated ? effort_flags(level_.value_or(kBestLevel)) : 0) |
        (ascii ? 0 : kUtf8Name));
    u16(method);
    u16(kTime);
    u16(kDate);
    u32(static_cast<uint32_t>(crc32_z(0, content.data(), content.size())));
    u32(static_cast<uint32_t>(body.size()));
    u32(static_cast<uint32_t>(content.size()));
    u16(static_cast<uint16_t>(entry.name.size()));
    u16(0);
    std::string common = std::move(record_);

    uint64_t offset = written_;
    record_.clear();
    u32(zip::kLocalHeader);
    record_ += common + entry.name;
    write(std::string_view(record_));
    write(body);
    if (written_ > kMaxSize) return fail(unknown(label_, "it is too large"));

    record_.clear();
    u32(zip::kCentralHeader);
    u16(kMadeBy);
    record_ += common;
    u16(0);  // length of the comment, disk, internal attributes
    u16(0);
    u16(0);
    u32(entry.mode << 16);
    u32(static_cast<uint32_t>(offset));
    directory_ += record_ + entry.name;
    ++entries_;
    return {};
  }

  Result<Digest> finish() {
    uint64_t offset = written_;
    write(std::string_view(directory_));
    if (written_ > kMaxSize) return fail(unknown(label_, "it is too large"));
    record_.clear();
    u32(zip::kEndOfDirectory);
    u16(0);  // disks
    u16(0);
    u16(entries_);
    u16(entries_);
    u32(static_cast<uint32_t>(directory_.size()));
    u32(static_cast<uint32_t>(offset));
    u16(0);  // length of the comment
    write(std::string_view(record_));
    return hasher_.finish();
  }

 private:
  void u16(uint16_t value) {
    record_ += static_cast<char>(value & 0xff);
    record_ += static_cast<char>(value >> 8);
  }
  void u32(uint32_t value) {
    u16(static_cast<uint16_t>(value & 0xffff));
    u16(static_cast<uint16_t>(value >> 16));
  }
  void write(ByteView bytes) {
    hasher_.update(bytes);
    written_ += bytes.size();
  }

  std::optional<int> level_;
  const std::string& label_;
  Deflater deflater_;
  Hasher hasher_{DigestAlgorithm::kSha512};
  uint64_t written_ = 0;
  uint16_t entries_ = 0;
  std::string directory_;
  std::string record_;
};

class ArchiveMaker {
 public:
  ArchiveMaker(const std::string& label, const TarballLimits& limits)
      : label_(label), limits_(limits) {}

  Status read(ByteView tarball, const std::string& name) {
    ByteView tar = tarball;
    if (is_gzip(tarball)) {
      inflated_ = TRY(inflate_gzip(tarball, label_, limits_));
      tar = inflated_;
    }
    EntryList list(name, label_, limits_);
    TarReader reader(tar, label_);
    uint64_t count = 0;
    while (std::optional<TarEntry> entry = TRY(reader.next())) {
      if (++count > limits_.entries)
        return fail(
            input_error("tarball-too-large", "the tarball of " + label_ + " has more than " +
                                                 std::to_string(limits_.entries) + " entries"));
      TRY(list.take(*entry, reader));
    }
    entries_ = list.finish();
    return {};
  }

  Result<std::string> sha512(std::optional<int> level) const {
    ArchiveHash archive(level, label_);
    for (const ZipEntry& entry : entries_) TRY(archive.add(entry));
    return TRY(archive.finish()).hex();
  }

 private:
  const std::string& label_;
  const TarballLimits& limits_;
  Bytes inflated_;
  std::vector<ZipEntry> entries_;
};

}  // namespace

Status check_berry_archive(ByteView tarball, const std::string& name, const std::string& label,
                           const ArchiveChecksum& checksum) {
  auto recipe = parse_cache_key(checksum.cache_key);
  if (!recipe)
    return fail(
        unknown(label, "nothing is known about the cache key \"" + checksum.cache_key + "\""));
  TarballLimits limits;
  ArchiveMaker maker(label, limits);
  TRY(maker.read(tarball, name));
  std::string actual = TRY(maker.sha512(recipe->level));
  if (actual == checksum.sha512) return {};
  // Yarn 4.0 stored every file, and wrote the key for "mixed".
  if (!recipe->level && TRY(maker.sha512(0)) == checksum.sha512) return {};
  Error error =
      integrity_error("integrity-mismatch", "yarn's archive of it should have the sha512 " +
                                                checksum.sha512 + ", but has " + actual);
  if (recipe->version >= kOwnZlibVersion && recipe->compresses())
    error.hint =
        "this may be another file than was locked; or a newer yarn 4 locked it with a "
        "\"compressionLevel\" in .yarnrc.yml: what that makes depends on the machine, and nobody "
        "else can prove it. Take the setting out, and lock again";
  return fail(std::move(error));
}

}  // namespace ingot
