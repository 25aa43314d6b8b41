#include "packer/cast/installed.h"

#include <functional>

#include "packer/cast/project.h"

namespace ingot {
namespace {

constexpr size_t kMaxDepth = 256;

// What requests can lead to in `folder`, a node_modules: packages and single files. Names that
// package managers use for themselves begin with a dot. Paths are relative to `base`, as `folder`
// is.
Result<std::vector<std::string>> packages_in(const FileSystem& files, const std::string& base,
                                             const std::string& folder) {
  std::vector<std::string> found;
  for (const DirectoryEntry& entry : TRY(files.list(join_path(base, folder)))) {
    if (entry.name.starts_with('.')) continue;
    std::string path = folder + "/" + entry.name;
    if (!entry.name.starts_with('@') || entry.kind != FileKind::kDirectory) {
      found.push_back(std::move(path));
      continue;
    }
    for (const DirectoryEntry& scoped : TRY(files.list(join_path(base, path))))
      if (!scoped.name.starts_with('.')) found.push_back(path + "/" + scoped.name);
  }
  return found;
}

// What lies in `folder` (a node_modules, relative to the project), and neither is locked nor came
// with a tarball.
Status find_unlocked_in(const InstalledPlace& where, const std::string& folder,
                        const std::function<bool(const std::string&)>& is_known,
                        InstalledCheck& check) {
  if (!where.files.is_directory(join_path(where.project, folder))) return {};
  for (std::string& path : TRY(packages_in(where.files, where.project, folder)))
    if (!where.lockfile.find(path) && !is_known(path))
      check.differences.push_back({InstalledChange::kAdded, std::move(path)});
  return {};
}

bool is_link(const InstalledPlace& where, const std::string& place) {
  auto status = where.files.status(join_path(where.project, place));
  return status && status->kind == FileKind::kSymlink;
}

bool runs_scripts(const UnpackedPackage& package) {
  const InstallScripts& scripts = package.facts.manifest.scripts;
  return scripts.preinstall || scripts.install || scripts.postinstall ||
         package.tarball.find("binding.gyp") != nullptr;
}

class Comparison {
 public:
  Comparison(const InstalledPlace& where, const std::string& place, const UnpackedPackage& package,
             InstalledCheck& check)
      : where_(where),
        files_(where.files),
        place_(place),
        folder_(join_path(where.project, place_)),
        package_(package),
        check_(check),
        by_script_(runs_scripts(package)) {}

  Status run() {
    ++check_.packages;
    for (const PackageFile& file : package_.tarball.files) compare(file);
    return find_added("", 0);
  }

 private:
  void compare(const PackageFile& file) {
    ++check_.files;
    std::string path = join_path(folder_, file.path);
    auto status = files_.status(path);
    if (!status) return add(InstalledChange::kMissing, file.path);
    if (status->kind != FileKind::kFile || status->size != file.content.size())
      return add(InstalledChange::kChanged, file.path);
    auto text = files_.read(path, status->size);
    if (!text || std::string_view(*text) != file.content.text())
      add(InstalledChange::kChanged, file.path);
  }

  // npm 6 adds where a package came from to its package.json, in members that begin with '_'.
  bool is_npms(const std::string& path) const {
    if (where_.lockfile.kind != LockfileKind::kNpm || base_name(path) != "package.json")
      return false;
    auto text = files_.read(join_path(folder_, path), kMaxManifest);
    return text && text->find("\n  \"_id\":") != std::string::npos;
  }

  Status find_added(const std::string& below, size_t depth) {
    if (depth > kMaxDepth)
      return fail(input_error("path-too-deep", "there are too many folders in each other in " +
                                                   join_path(place_, below)));
    for (const DirectoryEntry& entry :
         TRY(files_.list(below.empty() ? folder_ : join_path(folder_, below)))) {
      std::string path = below.empty() ? entry.name : below + "/" + entry.name;
      if (entry.name == "node_modules" && entry.kind == FileKind::kDirectory)
        TRY(find_added_packages(path, depth + 1));
      else if (entry.kind == FileKind::kDirectory)
        TRY(find_added(path, depth + 1));
      else if (!package_.tarball.find(path))
        add(InstalledChange::kAdded, path);
    }
    return {};
  }

  // Locked packages are compared on their own, those that came along with this one. What else is in
  // the package's own node_modules is looked for by who asked.
  Status find_added_packages(const std::string& folder, size_t depth) {
    for (const std::string& path : TRY(packages_in(files_, folder_, folder))) {
      const LockedPackage* locked = where_.lockfile.find(join_path(place_, path));
      if (locked != nullptr && locked->source.kind != SourceKind::kBundled) continue;
      if (package_.tarball.is_directory(path))
        TRY(find_added(path, depth + 1));
      else if (folder != "node_modules" && !package_.tarball.find(path))
        add(InstalledChange::kAdded, path);
    }
    return {};
  }

  void add(InstalledChange change, const std::string& path) {
    bool by_manager = change == InstalledChange::kChanged && is_npms(path);
    check_.differences.push_back({change, place_ + "/" + path, by_script_, by_manager});
  }

  const InstalledPlace& where_;
  const FileSystem& files_;
  const std::string& place_;
  std::string folder_;
  const UnpackedPackage& package_;
  InstalledCheck& check_;
  bool by_script_;
};

}  // namespace

Status compare_installed(const InstalledPlace& where, const LockedPackage& locked, bool required,
                         const UnpackedPackage& package, InstalledCheck& check) {
  const std::string& place = locked.install_path;
  // From elsewhere it would see other packages.
  if (is_link(where, place)) {
    check.differences.push_back({InstalledChange::kChanged, place});
    return {};
  }
  if (!where.files.is_directory(join_path(where.project, place))) {
    if (required) check.differences.push_back({InstalledChange::kMissing, place});
    return {};
  }
  TRY(compare_folder(where, place, package, check));
  auto came_along = [&](const std::string& path) {
    return package.tarball.contains(path.substr(place.size() + 1));
  };
  return find_unlocked_in(where, place + "/node_modules", came_along, check);
}

Result<std::string> link_target(const InstalledPlace& where, const std::string& place) {
  std::string target = TRY(where.files.read_link(join_path(where.project, place)));
  if (target.starts_with(where.project + "/")) target.erase(0, where.project.size() + 1);
  target = normal_path(join_path(parent_path(place), target));
  return target == "." ? "" : target;
}

Status compare_folder(const InstalledPlace& where, const std::string& place,
                      const UnpackedPackage& package, InstalledCheck& check) {
  return Comparison(where, place, package, check).run();
}

Status find_unlocked(const InstalledPlace& where, InstalledCheck& check) {
  for (const LockedPackage& package : where.lockfile.packages)
    if (package.is_link() && is_link(where, package.install_path) &&
        TRY(link_target(where, package.install_path)) != package.link_target)
      check.differences.push_back({InstalledChange::kChanged, package.install_path});
  return find_unlocked_in(
      where, "node_modules", [](const std::string&) { return false; }, check);
}

}  // namespace ingot
