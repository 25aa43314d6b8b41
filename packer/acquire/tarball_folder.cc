#include "packer/acquire/tarball_folder.h"

#include <algorithm>

#include "base/mapped_file.h"
#include "base/thread_pool.h"

namespace ingot {
namespace {

constexpr int kMaxDepth = 16;
constexpr size_t kMaxTarballs = 200'000;

bool is_tarball_name(std::string_view name) {
  return name.ends_with(".tgz") || name.ends_with(".tar.gz");
}

Status collect(const FileSystem& files, const std::string& folder, int depth,
               std::vector<std::string>& paths) {
  for (const DirectoryEntry& entry : TRY(files.list(folder))) {
    std::string path = join_path(folder, entry.name);
    if (entry.kind == FileKind::kDirectory && depth < kMaxDepth)
      TRY(collect(files, path, depth + 1, paths));
    else if (entry.kind == FileKind::kFile && is_tarball_name(entry.name))
      paths.push_back(std::move(path));
    if (paths.size() > kMaxTarballs)
      return fail(input_error("tarballs-too-many", "there are too many tarballs in " + folder)
                      .hinted("name a folder with the tarballs of this project"));
  }
  return {};
}

}  // namespace

Result<TarballFolder> TarballFolder::open(const FileSystem& files, const std::string& folder) {
  if (!files.is_directory(folder))
    return fail(input_error("tarballs-missing", "there is no folder of tarballs at " + folder)
                    .hinted("--tarballs takes a folder with .tgz files, as 'npm pack' makes them"));
  TarballFolder out(files);
  TRY(collect(files, folder, 0, out.paths_));
  return out;
}

TarballFolder::Index TarballFolder::hash_all(DigestAlgorithm algorithm) const {
  std::vector<Bytes> digests(paths_.size());
  INGOT_CHECK(parallel_for(paths_.size(), [&](size_t i) -> Status {
                // One that cannot be read is not there.
                if (auto file = MappedFile::open(paths_[i]))
                  digests[i] = digest_of(algorithm, file->bytes()).bytes;
                return {};
              }).has_value());
  Index index;
  for (size_t i = 0; i < paths_.size(); ++i)
    if (!digests[i].empty()) index.emplace(std::move(digests[i]), paths_[i]);
  return index;
}

std::optional<std::string> TarballFolder::find(const Digest& digest) const {
  std::lock_guard lock(state_->mutex);
  auto known = state_->indexes.find(digest.algorithm);
  if (known == state_->indexes.end())
    known = state_->indexes.emplace(digest.algorithm, hash_all(digest.algorithm)).first;
  auto found = known->second.find(digest.bytes);
  return found == known->second.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> TarballFolder::named(const std::string& name,
                                              const std::string& version) const {
  std::string flat = name.starts_with('@') ? name.substr(1) : name;
  std::ranges::replace(flat, '/', '-');
  std::string bare(base_name(name));
  std::vector<std::string> out;
  for (const std::string& path : paths_) {
    std::string_view file = base_name(path);
    for (const std::string& stem : {flat, bare})
      if (file == stem + "-" + version + ".tgz") {
        out.push_back(path);
        break;
      }
  }
  return out;
}

}  // namespace ingot
