#include "packer/unpack/zip_archive.h"

#include <archive_entry.h>

#include "base/tar_writer.h"
#include "packer/unpack/archive_reader.h"
#include "packer/unpack/inflate.h"

namespace ingot {
namespace {

constexpr std::string_view kFolder = "node_modules/";
constexpr uint32_t kExecutable = 0111;

class ZipReader {
 public:
  ZipReader(ByteView zip, const std::string& label, const TarballLimits& limits)
      : zip_(zip), label_(label), limits_(limits), allowed_(most_inflated(zip.size(), limits)) {}

  Result<Bytes> run() {
    // With its directory at the end, as yarn reads it; local headers alone would do for libarchive.
    if (!reader_ || archive_read_support_format_zip_seekable(reader_.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader_.get(), zip_.data(), zip_.size()) != ARCHIVE_OK)
      return fail(damaged("it does not end with its directory"));
    uint64_t entries = 0;
    while (true) {
      archive_entry* entry = nullptr;
      int found = archive_read_next_header(reader_.get(), &entry);
      if (found == ARCHIVE_EOF) return tar_.finish();
      if (found != ARCHIVE_OK) return fail(damaged(why_of(reader_.get())));
      if (++entries > limits_.entries)
        return fail(too_large("has more than " + std::to_string(limits_.entries) + " entries"));
      TRY(take(entry));
    }
  }

 private:
  Status take(archive_entry* entry) {
    if (archive_entry_filetype(entry) == AE_IFDIR) return {};
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) return fail(damaged("an entry has no name"));
    std::string path = TRY(path_of(name));
    if (const char* target = archive_entry_symlink(entry)) {
      tar_.add_link(path, target);
      return {};
    }
    Bytes content = TRY(content_of(entry, name));
    tar_.add_file(path, content, (archive_entry_perm(entry) & kExecutable) != 0);
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

  // Its checksum is libarchive's to check.
  Result<Bytes> content_of(archive_entry* entry, const std::string& name) {
    Bytes content;
    while (true) {
      const void* block = nullptr;
      size_t size = 0;
      la_int64_t offset = 0;
      int found = archive_read_data_block(reader_.get(), &block, &size, &offset);
      if (found == ARCHIVE_EOF) break;
      if (found != ARCHIVE_OK) return fail(damaged(name + ": " + why_of(reader_.get())));
      if (tar_.size() + content.size() + size > allowed_)
        return fail(too_large("inflates to more than " + std::to_string(allowed_) + " bytes"));
      const auto* bytes = static_cast<const uint8_t*>(block);
      content.insert(content.end(), bytes, bytes + size);
    }
    if (archive_entry_size(entry) != static_cast<la_int64_t>(content.size()))
      return fail(damaged(name + " has another size than its directory says"));
    return content;
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
  Utf8Locale locale_;
  ArchiveReader reader_{archive_read_new()};
  TarWriter tar_;
};

}  // namespace

bool is_zip(ByteView bytes) {
  return bytes.text().starts_with("PK\x03\x04");
}

Result<Bytes> tar_of_zip(ByteView zip, const std::string& label, const TarballLimits& limits) {
  return ZipReader(zip, label, limits).run();
}

}  // namespace ingot
