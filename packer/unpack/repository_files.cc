#include "packer/unpack/repository_files.h"

#include <algorithm>
#include <set>

#include "packer/unpack/project_files.h"

namespace ingot {
namespace {

constexpr std::string_view kRoot = "/package";

// The files of an unpacked package as a folder. Links were left out when it was unpacked.
class UnpackedFiles final : public FileSystem {
 public:
  explicit UnpackedFiles(const UnpackedTarball& tarball) : tarball_(tarball) {}

  Result<FileStatus> status(const std::string& path) const override {
    std::string_view inside = relative(path);
    if (const PackageFile* file = tarball_.find(inside))
      return FileStatus{FileKind::kFile, file->content.size(), file->executable};
    if (inside.empty() || tarball_.is_directory(inside))
      return FileStatus{FileKind::kDirectory, 0, false};
    return fail(input_error("not-found", "there is no " + path));
  }

  Result<std::string> read(const std::string& path, uint64_t max_size) const override {
    const PackageFile* file = tarball_.find(relative(path));
    if (file == nullptr) return fail(input_error("not-found", "there is no " + path));
    if (file->content.size() > max_size)
      return fail(input_error("file-too-large", path + " is too large"));
    return std::string(file->content.text());
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) const override {
    std::string prefix(relative(path));
    if (!prefix.empty()) prefix += '/';
    std::vector<DirectoryEntry> entries;
    auto at = std::ranges::lower_bound(tarball_.files, prefix, {}, &PackageFile::path);
    while (at != tarball_.files.end() && at->path.starts_with(prefix)) {
      std::string_view rest = std::string_view(at->path).substr(prefix.size());
      size_t slash = rest.find('/');
      std::string name(rest.substr(0, slash));
      bool folder = slash != std::string_view::npos;
      entries.push_back({name, folder ? FileKind::kDirectory : FileKind::kFile});
      // '0' is what follows '/': all below a folder is passed over at once.
      at = folder ? std::ranges::lower_bound(tarball_.files, prefix + name + "0", {},
                                             &PackageFile::path)
                  : at + 1;
    }
    std::ranges::sort(entries, {}, &DirectoryEntry::name);
    return entries;
  }

  Result<std::string> read_link(const std::string& path) const override {
    return fail(input_error("not-found", path + " is no link"));
  }

 private:
  static std::string_view relative(std::string_view path) {
    path.remove_prefix(std::min(kRoot.size(), path.size()));
    return path.starts_with('/') ? path.substr(1) : path;
  }

  const UnpackedTarball& tarball_;
};

}  // namespace

Status keep_what_is_packed(UnpackedPackage& package) {
  UnpackedFiles files(package.tarball);
  ProjectFileOptions options;
  options.purpose = FilePurpose::kPacking;
  Diagnostics nothing_to_say;
  ProjectFiles chosen =
      TRY(choose_project_files(files, std::string(kRoot), options, nothing_to_say));
  std::set<std::string> kept;
  for (const ProjectFile& file : chosen.files) kept.insert(file.path);
  std::erase_if(package.tarball.files,
                [&](const PackageFile& file) { return !kept.contains(file.path); });
  return {};
}

}  // namespace ingot
