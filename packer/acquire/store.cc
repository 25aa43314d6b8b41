#include "packer/acquire/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/atomic_file.h"
#include "base/file_system.h"

namespace ingot {
namespace {

// Private packages end up here: nobody else's business.
constexpr unsigned kFolderMode = 0700;
// Entries never change, so nobody needs to write to one.
constexpr unsigned kEntryMode = 0444;
constexpr time_t kLeftoverAge = 24 * 60 * 60;
constexpr std::string_view kTemporaryPrefix = ".ingot-";  // see base/atomic_file.h

// A derived entry: content, then the SHA-256 of the content, then this.
constexpr std::string_view kTrailerMagic = "ingot-derived-1\n";
constexpr size_t kDigestBytes = 32;
constexpr size_t kTrailerBytes = kDigestBytes + kTrailerMagic.size();

// What a killed process left in this folder. A day is longer than any write takes.
void remove_leftovers(const std::string& folder) {
  DIR* dir = opendir(folder.c_str());
  if (dir == nullptr) return;
  time_t now = time(nullptr);
  while (const dirent* entry = readdir(dir)) {
    if (!std::string_view(entry->d_name).starts_with(kTemporaryPrefix)) continue;
    struct stat info {};
    if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(info.st_mode) && info.st_mtime < now - kLeftoverAge)
      unlinkat(dirfd(dir), entry->d_name, 0);
  }
  closedir(dir);
}

Result<AtomicFile> create_entry(const std::string& path, unsigned mode) {
  std::string folder = parent_path(path);
  TRY(make_directories(folder, kFolderMode));
  remove_leftovers(folder);
  return AtomicFile::create(path, mode);
}

Status remove_file(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return fail(
      input_error("file-unwritable", "cannot remove " + path + ": " + std::strerror(errno)));
}

bool is_kind(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool is_key(std::string_view text) {
  return text.size() >= 8 && text.size() <= 128 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The content before a trailer that fits it.
std::optional<ByteView> sealed_content(ByteView bytes) {
  if (bytes.size() < kTrailerBytes) return std::nullopt;
  size_t size = bytes.size() - kTrailerBytes;
  auto content = bytes.slice(0, size);
  auto digest = bytes.slice(size, kDigestBytes);
  auto magic = bytes.slice_from(size + kDigestBytes);
  if (!content || !digest || !magic || magic->text() != kTrailerMagic) return std::nullopt;
  Digest actual = digest_of(DigestAlgorithm::kSha256, *content);
  if (ByteView(actual.bytes).text() != digest->text()) return std::nullopt;
  return *content;
}

}  // namespace

Result<std::string> default_store_folder(const Environment& environment) {
  if (auto store = find_variable(environment, "INGOT_STORE")) return *store;
  auto cache = find_variable(environment, "XDG_CACHE_HOME");
  // The XDG base directory specification: a relative path is to be ignored.
  if (cache && cache->starts_with('/')) return join_path(*cache, "ingot");
  if (auto home = find_variable(environment, "HOME")) return join_path(*home, ".cache/ingot");
  return fail(input_error("store-nowhere", "no folder for the store: HOME is not set")
                  .hinted("name a folder with --store DIR or set INGOT_STORE"));
}

std::string content_name(const Digest& digest) {
  std::string hex = digest.hex();
  return std::string(digest_name(digest.algorithm)) + "/" + hex.substr(0, 2) + "/" +
         hex.substr(2, 2) + "/" + hex.substr(4);
}

Result<std::optional<MappedFile>> map_if_present(const std::string& path) {
  auto file = MappedFile::open(path);
  if (file) return std::optional<MappedFile>(std::move(*file));
  if (file.error().code == "not-found") return std::optional<MappedFile>();
  return fail(std::move(file.error()));
}

std::string Store::content_path(const Digest& digest) const {
  return join_path(folder_, "content/" + content_name(digest));
}

std::string Store::derived_path(std::string_view kind, std::string_view key_hex) const {
  INGOT_CHECK(is_kind(kind) && is_key(key_hex));
  return join_path(folder_, "derived/" + std::string(kind) + "/" +
                                std::string(key_hex.substr(0, 2)) + "/" +
                                std::string(key_hex.substr(2)));
}

Result<std::optional<MappedFile>> Store::find_content(const Digest& digest) const {
  return map_if_present(content_path(digest));
}

Status Store::put_content(const Digest& digest, ByteView bytes) const {
  Digest actual = digest_of(digest.algorithm, bytes);
  if (actual != digest)
    return fail(
        integrity_error("integrity-mismatch", "the bytes to store are not the ones promised")
            .note("expected " + digest.hex())
            .note("actual   " + actual.hex()));
  AtomicFile file = TRY(create_entry(content_path(digest), kEntryMode));
  TRY(file.write(bytes));
  return file.commit();
}

Status Store::remove_content(const Digest& digest) const {
  return remove_file(content_path(digest));
}

Result<std::optional<DerivedEntry>> Store::find_derived(std::string_view kind,
                                                        std::string_view key_hex) const {
  auto file = TRY(map_if_present(derived_path(kind, key_hex)));
  if (!file) return std::optional<DerivedEntry>();
  auto content = sealed_content(file->bytes());
  if (!content) return std::optional<DerivedEntry>();
  return std::optional<DerivedEntry>(DerivedEntry{std::move(*file), *content});
}

Status Store::put_derived(std::string_view kind, std::string_view key_hex, ByteView bytes) const {
  AtomicFile file = TRY(create_entry(derived_path(kind, key_hex), kEntryMode));
  TRY(file.write(bytes));
  TRY(file.write(digest_of(DigestAlgorithm::kSha256, bytes).bytes));
  TRY(file.write(kTrailerMagic));
  return file.commit();
}

Result<std::optional<MappedFile>> Store::find_plain(std::string_view kind,
                                                    std::string_view key_hex) const {
  return map_if_present(derived_path(kind, key_hex));
}

Status Store::put_plain(std::string_view kind, std::string_view key_hex, ByteView bytes,
                        unsigned mode) const {
  AtomicFile file = TRY(create_entry(derived_path(kind, key_hex), mode));
  TRY(file.write(bytes));
  return file.commit();
}

Status Store::remove_derived(std::string_view kind, std::string_view key_hex) const {
  return remove_file(derived_path(kind, key_hex));
}

}  // namespace ingot
