#include "packer/acquire/npm_cache.h"

#include <optional>

#include "base/json.h"
#include "packer/acquire/store.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxIndexBytes = 4 << 20;

std::string content_path(const std::string& cache_folder, const Digest& digest) {
  return join_path(cache_folder, "_cacache/content-v2/" + content_name(digest));
}

// The integrity in one line of the index, when the line is whole and about `key`.
std::optional<Integrity> entry_for(std::string_view line, std::string_view key) {
  size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  std::string_view json = line.substr(tab + 1);
  if (digest_of(DigestAlgorithm::kSha1, json).hex() != line.substr(0, tab)) return std::nullopt;
  auto document = JsonDocument::parse(std::string(json), "index");
  if (!document || document->root().find_text("key") != key) return std::nullopt;
  // A deleted entry has null here.
  auto text = document->root().find_text("integrity");
  if (!text) return std::nullopt;
  auto integrity = Integrity::parse(*text);
  if (!integrity) return std::nullopt;
  return std::move(*integrity);
}

// What the index says last about `key`; lines are appended, never changed.
std::optional<Integrity> look_up_index(const FileSystem& files, const std::string& cache_folder,
                                       const std::string& key) {
  std::string hex = sha256_hex(std::string_view(key));
  std::string path = join_path(cache_folder, "_cacache/index-v5/" + hex.substr(0, 2) + "/" +
                                                 hex.substr(2, 2) + "/" + hex.substr(4));
  auto text = files.read(path, kMaxIndexBytes);
  if (!text) return std::nullopt;
  std::optional<Integrity> last;
  for (std::string_view rest = *text; !rest.empty();) {
    size_t end = std::min(rest.find('\n'), rest.size());
    if (auto entry = entry_for(rest.substr(0, end), key)) last = std::move(entry);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return last;
}

}  // namespace

std::vector<std::string> npm_cache_candidates(const FileSystem& files,
                                              const std::string& cache_folder,
                                              const Integrity& integrity,
                                              const std::vector<std::string>& index_keys) {
  std::vector<std::string> paths;
  if (cache_folder.empty() || integrity.empty()) return paths;
  for (const Digest& digest : integrity.digests())
    paths.push_back(content_path(cache_folder, digest));
  if (integrity.strongest().algorithm == DigestAlgorithm::kSha512) return paths;
  for (const std::string& key : index_keys)
    if (auto entry = look_up_index(files, cache_folder, key))
      paths.push_back(content_path(cache_folder, entry->strongest()));
  return paths;
}

std::vector<std::string> npm_index_keys(const std::string& url, const std::string& name,
                                        const std::string& version) {
  return {"make-fetch-happen:request-cache:" + url, "pacote:tarball:" + name + "@" + version};
}

}  // namespace ingot
