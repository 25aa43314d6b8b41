#include "packer/unpack/tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/file_system.h"
#include "packer/unpack/entry_path.h"
#include "packer/unpack/inflate.h"

namespace ingot {
namespace {

Error damaged(const std::string& label, const std::string& what) {
  return integrity_error("tarball-damaged", "the tarball of " + label + " is damaged: " + what);
}

Error too_large(const std::string& label, const std::string& what) {
  return input_error("tarball-too-large", "the tarball of " + label + " " + what);
}

// libarchive converts names to the locale's encoding; ours is UTF-8 whatever the user has set. Only
// the calling thread is affected.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_) previous_ = uselocale(locale_);
  }
  ~Utf8Locale() {
    if (!locale_) return;
    uselocale(previous_);
    freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  locale_t locale_;
  locale_t previous_ = nullptr;
};

// The entries of one archive in memory, put through the policy one by one.
class Unpacker {
 public:
  Unpacker(std::shared_ptr<const Bytes> storage, const std::string& label,
           const TarballLimits& limits)
      : label_(label), limits_(limits), archive_(archive_read_new()) {
    out_.storage = std::move(storage);
  }
  ~Unpacker() { archive_read_free(archive_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  Result<UnpackedTarball> run() {
    const Bytes& bytes = *out_.storage;
    if (!archive_ || archive_read_support_format_tar(archive_) != ARCHIVE_OK ||
        archive_read_open_memory(archive_, bytes.data(), bytes.size()) != ARCHIVE_OK)
      return fail(damaged(label_, "this is no tar archive"));
    uint64_t entries = 0;
    while (archive_entry* entry = TRY(next())) {
      if (++entries > limits_.entries)
        return fail(
            too_large(label_, "has more than " + std::to_string(limits_.entries) + " entries"));
      TRY(take(entry));
    }
    return finish();
  }

 private:
  std::string why() const {
    const char* text = archive_error_string(archive_);
    return text ? text : "unreadable";
  }

  Result<archive_entry*> next() {
    archive_entry* entry = nullptr;
    int status = archive_read_next_header(archive_, &entry);
    if (status == ARCHIVE_EOF) return nullptr;
    if (status == ARCHIVE_OK) return entry;
    if (status != ARCHIVE_WARN) return fail(damaged(label_, why()));
    out_.warnings.push_back(
        input_error("tarball-odd", "the tarball of " + label_ + " has an odd entry: " + why()));
    return entry;
  }

  Status take(archive_entry* entry) {
    const char* raw = archive_entry_pathname(entry);
    EntryPath where = TRY(check_entry_path(raw ? raw : "", label_, limits_));
    const char* hard = archive_entry_hardlink(entry);
    if (hard || archive_entry_filetype(entry) == AE_IFLNK) return drop_link(entry, where, hard);
    if (archive_entry_filetype(entry) == AE_IFDIR) return {};
    if (archive_entry_filetype(entry) != AE_IFREG)
      return fail(wrong_kind(where, "a device or pipe"));
    if (archive_entry_sparse_count(entry) > 0) return fail(wrong_kind(where, "a sparse file"));
    if (where.path.empty()) {
      out_.dropped.push_back({where.root, "it lies in no folder: npm removes the first one"});
      return {};
    }
    bool executable = (archive_entry_perm(entry) & 0111) != 0;
    ByteView content = TRY(content_of(entry, where));
    add({std::move(where.path), executable, content});
    return {};
  }

  Error wrong_kind(const EntryPath& where, const std::string& kind) const {
    return input_error("tarball-entry-kind", "the tarball of " + label_ + " has an entry " +
                                                 where.path + " that is " + kind);
  }

  Status drop_link(archive_entry* entry, const EntryPath& where, const char* hard) {
    const char* symbolic = archive_entry_symlink(entry);
    std::string target = hard ? hard : symbolic ? symbolic : "";
    bool inside = hard ? stays_inside_as_hard_link(where, target) : stays_inside(where, target);
    if (!inside)
      return fail(input_error("tarball-entry-escapes", "the tarball of " + label_ + " has a link " +
                                                           where.path + " to " + target +
                                                           ", outside the package"));
    out_.dropped.push_back(
        {where.path, "it is a link (to " + target + "), and npm leaves links out"});
    return {};
  }

  // The archive is in memory in one piece, and libarchive hands out pointers into it.
  Result<ByteView> content_of(archive_entry* entry, const EntryPath& where) {
    int64_t declared = archive_entry_size(entry);
    if (declared < 0) return fail(damaged(label_, where.path + " has no size"));
    auto size = static_cast<uint64_t>(declared);
    if (size > limits_.file_bytes)
      return fail(
          too_large(label_, "has a file " + where.path + " of " + std::to_string(size) + " bytes"));
    const uint8_t* start = nullptr;
    uint64_t have = 0;
    while (true) {
      const void* block = nullptr;
      size_t length = 0;
      int64_t offset = 0;
      int status = archive_read_data_block(archive_, &block, &length, &offset);
      if (status == ARCHIVE_EOF) break;
      if (status != ARCHIVE_OK) return fail(damaged(label_, where.path + ": " + why()));
      if (length == 0) continue;
      const auto* data = static_cast<const uint8_t*>(block);
      if (!start) start = data;
      if (static_cast<uint64_t>(offset) != have || data != start + have)
        return fail(damaged(label_, where.path + " is not in one piece"));
      have += length;
    }
    if (have != size) return fail(damaged(label_, where.path + " is cut short"));
    if (have == 0) return ByteView();
    const Bytes& bytes = *out_.storage;
    if (start < bytes.data() || start >= bytes.data() + bytes.size())
      return fail(damaged(label_, where.path + " is not in one piece"));
    return ByteView(bytes).slice(static_cast<uint64_t>(start - bytes.data()), size);
  }

  void add(PackageFile file) {
    bool ignore_list = false;
    if (base_name(file.path) == ".npmignore") {
      ignore_lists_.insert(file.path);
    } else if (base_name(file.path) == ".gitignore") {
      std::string renamed = file.path.substr(0, file.path.size() - 10) + ".npmignore";
      if (ignore_lists_.contains(renamed)) {
        out_.dropped.push_back({file.path, "there is an .npmignore beside it"});
        return;
      }
      file.path = std::move(renamed);
      ignore_list = true;
    }
    auto [known, added] = index_.try_emplace(file.path, out_.files.size());
    if (added) {
      out_.files.push_back(std::move(file));
      return;
    }
    PackageFile& earlier = out_.files[known->second];
    if (!ignore_list && base_name(file.path) != ".npmignore" &&
        !std::ranges::equal(earlier.content.span(), file.content.span()))
      out_.warnings.push_back(input_error("tarball-path-twice",
                                          "the tarball of " + label_ + " has two different files " +
                                              file.path + ": the last one counts, as for npm"));
    earlier = std::move(file);
  }

  Result<UnpackedTarball> finish() {
    if (out_.files.empty())
      return fail(input_error("tarball-empty", "the tarball of " + label_ + " holds no files"));
    std::sort(out_.files.begin(), out_.files.end(),
              [](const PackageFile& a, const PackageFile& b) { return a.path < b.path; });
    for (const PackageFile& file : out_.files)
      if (out_.is_directory(file.path))
        return fail(input_error("tarball-path-conflict",
                                "the tarball of " + label_ + " has a file " + file.path +
                                    " and other files in a folder of that name"));
    return std::move(out_);
  }

  const std::string& label_;
  const TarballLimits& limits_;
  archive* archive_;
  UnpackedTarball out_;
  std::unordered_map<std::string, size_t> index_;  // path -> files
  std::unordered_set<std::string> ignore_lists_;   // the .npmignore files so far
};

auto first_at_or_after(const std::vector<PackageFile>& files, std::string_view path) {
  return std::lower_bound(
      files.begin(), files.end(), path,
      [](const PackageFile& file, std::string_view wanted) { return file.path < wanted; });
}

}  // namespace

const PackageFile* UnpackedTarball::find(std::string_view path) const {
  auto at = first_at_or_after(files, path);
  return at != files.end() && at->path == path ? &*at : nullptr;
}

bool UnpackedTarball::is_directory(std::string_view path) const {
  std::string prefix(path);
  prefix += '/';
  auto at = first_at_or_after(files, prefix);
  return at != files.end() && at->path.starts_with(prefix);
}

Result<UnpackedTarball> unpack_tarball(ByteView tarball, const std::string& label,
                                       const TarballLimits& limits) {
  auto storage = std::make_shared<Bytes>();
  if (is_gzip(tarball)) {
    *storage = TRY(inflate_gzip(tarball, label, limits));
  } else {
    if (tarball.size() > limits.total_bytes)
      return fail(too_large(label, "has " + std::to_string(tarball.size()) + " bytes"));
    storage->assign(tarball.begin(), tarball.end());
  }
  Utf8Locale locale;
  return Unpacker(std::move(storage), label, limits).run();
}

}  // namespace ingot
