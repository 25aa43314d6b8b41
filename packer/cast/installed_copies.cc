#include "packer/cast/installed_copies.h"

#include <algorithm>
#include <span>

#include "packer/cast/project.h"

namespace ingot {
namespace {

constexpr size_t kMaxDepth = 256;
// The folders in which package managers keep packages apart.
constexpr std::string_view kStores[] = {".bun", ".pnpm", ".store"};
// What yarn 2 and later patch by themselves, for Plug'n'Play.
constexpr std::string_view kPatchedByYarn[] = {"fsevents", "resolve", "typescript"};

// What package managers write by themselves: bun a file into packages that are patched or not of a
// registry, yarn 2 and later the package.json of those from git in their spelling.
bool is_own_mark(const LockedPackage& locked, std::string_view path) {
  return base_name(path).starts_with(".bun-tag") ||
         (locked.source.kind == SourceKind::kGit && base_name(path) == "package.json");
}

// What yarn puts in the place of a package that does not run here: {"name": ..., "mocked": true}.
bool is_stub(const JsonCursor& manifest) {
  return manifest.size() == 2 && manifest.find("name") && manifest.find_true("mocked");
}

// Which of two comparisons of one folder counts, whatever their order.
bool is_nearer(const InstalledCheck& a, const InstalledCheck& b) {
  if (a.differences.size() != b.differences.size())
    return a.differences.size() < b.differences.size();
  return std::ranges::lexicographical_compare(
      a.differences, b.differences, {}, &InstalledDifference::path, &InstalledDifference::path);
}

}  // namespace

bool has_places_of_its_own(const Lockfile& lockfile) {
  return lockfile.kind == LockfileKind::kYarnBerry ||
         std::ranges::any_of(lockfile.packages, [](const LockedPackage& package) {
           return package.install_path.starts_with("node_modules/.bun/") ||
                  package.install_path.starts_with("node_modules/.pnpm/");
         });
}

Result<InstalledCopies> InstalledCopies::find(const InstalledPlace& where) {
  InstalledCopies found(where);
  for (const LockedPackage* local : where.lockfile.local_packages())
    TRY(found.look_into(join_path(local->install_path, "node_modules"), 0));
  return found;
}

Status InstalledCopies::look_into(const std::string& folder, size_t depth) {
  std::string place = join_path(where_.project, folder);
  if (!where_.files.is_directory(place)) return {};
  if (depth > kMaxDepth)
    return fail(
        input_error("path-too-deep", "there are too many folders in each other in " + folder));
  for (const DirectoryEntry& entry : TRY(where_.files.list(place))) {
    std::string path = folder + "/" + entry.name;
    if (std::ranges::find(kStores, entry.name) != std::end(kStores)) {
      TRY(look_into_store(path, depth + 1));
    } else if (entry.name.starts_with('@') && entry.kind == FileKind::kDirectory) {
      for (const DirectoryEntry& scoped : TRY(where_.files.list(join_path(place, entry.name))))
        TRY(take(path + "/" + scoped.name, scoped.kind, depth + 1));
    } else if (!entry.name.starts_with('.')) {
      TRY(take(path, entry.kind, depth + 1));
    }
  }
  return {};
}

// bun: <package>/node_modules/<name>; yarn: <package>/package beside <package>/node_modules.
Status InstalledCopies::look_into_store(const std::string& store, size_t depth) {
  for (const DirectoryEntry& entry : TRY(where_.files.list(join_path(where_.project, store)))) {
    if (entry.kind != FileKind::kDirectory) continue;
    std::string path = store + "/" + entry.name;
    if (entry.name == "node_modules") {
      TRY(look_into(path, depth + 1));
      continue;
    }
    std::string package = path + "/package";
    if (where_.files.is_directory(join_path(where_.project, package)))
      TRY(take(package, FileKind::kDirectory, depth + 1));
    TRY(look_into(path + "/node_modules", depth + 1));
  }
  return {};
}

Status InstalledCopies::take(const std::string& place, FileKind kind, size_t depth) {
  std::string folder = join_path(where_.project, place);
  if (kind == FileKind::kSymlink) links_.push_back(Link{place, TRY(link_target(where_, place))});
  Copy copy{place, "", ""};
  if (kind == FileKind::kFile) copies_.push_back(copy);
  if (kind != FileKind::kDirectory) return {};
  auto text = where_.files.read(join_path(folder, "package.json"), kMaxManifest);
  auto document = text ? JsonDocument::parse(std::move(*text), place, JsonSyntax::kLastKeyWins)
                       : fail(text.error());
  if (document && document->root().is_object()) {
    Manifest manifest = read_manifest(*document);
    copy.name = manifest.name;
    copy.version = manifest.version;
    bool alone = TRY(where_.files.list(folder)).size() == 1;
    copy.is_stub = alone && is_stub(document->root());
  }
  copies_.push_back(std::move(copy));
  return look_into(place + "/node_modules", depth);
}

bool InstalledCopies::has(const LockedPackage& locked) const {
  return std::ranges::any_of(copies_, [&](const Copy& copy) {
    return copy.name == locked.name && copy.version == locked.version;
  });
}

Status InstalledCopies::compare(const LockedPackage& locked, bool required,
                                const UnpackedPackage& package) {
  const Manifest& manifest = package.facts.manifest;
  bool by_yarn = where_.lockfile.kind == LockfileKind::kYarnBerry &&
                 std::ranges::find(kPatchedByYarn, manifest.name) != std::end(kPatchedByYarn);
  bool found = false;
  // The list of copies does not change any more; what is noted of them does.
  for (Copy& copy : copies_) {
    if (copy.name != manifest.name || copy.version != manifest.version) continue;
    found = true;
    InstalledCheck compared;
    TRY(compare_folder(where_, copy.place, package, compared));
    std::ranges::sort(compared.differences, {}, &InstalledDifference::path);
    for (InstalledDifference& difference : compared.differences)
      if (by_yarn || is_own_mark(locked, difference.path)) difference.by_manager = true;
    std::lock_guard lock(*mutex_);
    std::string inside = copy.place + "/";
    for (Copy& other : copies_)
      if (other.place.starts_with(inside) &&
          package.tarball.contains(other.place.substr(inside.size())))
        other.came_along = true;
    if (!copy.compared || is_nearer(compared, *copy.compared)) copy.compared = std::move(compared);
  }
  if (found || !required) return {};
  std::lock_guard lock(*mutex_);
  missing_.insert(package_label(locked));
  return {};
}

std::string InstalledCopies::look_up(const Index& index, std::string_view from,
                                     const std::string& name) {
  for (std::string folder(from);; folder = parent_path(folder)) {
    if (base_name(folder) != "node_modules") {
      std::string place = join_path(folder, "node_modules/" + name);
      if (index.copies.contains(place) || index.links.contains(place)) return place;
    }
    if (folder.empty() || folder == ".") return {};
  }
}

// What is none of the locked packages was found out otherwise, so it counts as the one it should
// be here; so does what came in a tarball, or stands for a package that does not run here.
bool InstalledCopies::is_locked_one(const Index& index, const std::string& place,
                                    const LockedPackage& locked) const {
  auto link = index.links.find(place);
  std::string_view target = link == index.links.end() ? std::string_view(place) : link->second;
  if (locked.is_local()) return target == locked.install_path;
  auto copy = index.copies.find(target);
  if (copy == index.copies.end())
    return std::ranges::none_of(where_.lockfile.local_packages(), [&](const LockedPackage* local) {
      return local->install_path == target;
    });
  const Copy& found = *copy->second;
  if (found.came_along || found.is_stub || !found.compared) return true;
  // Others may have no version in a lockfile, or another name.
  if (locked.source.kind != SourceKind::kRegistry) return true;
  return found.name == locked.name && found.version == locked.version;
}

void InstalledCopies::check_dependencies(InstalledCheck& check) const {
  Index index;
  for (const Copy& copy : copies_) index.copies.emplace(copy.place, &copy);
  for (const Link& link : links_) index.links.emplace(link.place, link.target);
  // Several are of one name and version when their peers differ; which of them lies where is not
  // known, so what any of them asks for will do.
  std::map<std::string, std::vector<const LockedPackage*>> locked;
  for (const LockedPackage& package : where_.lockfile.packages)
    if (package.is_foreign()) locked[package_label(package)].push_back(&package);
  std::set<std::string> wrong;
  auto check_from = [&](std::string_view from, std::span<const LockedPackage* const> packages) {
    std::map<std::string_view, std::vector<const LockedPackage*>> wanted;
    for (const LockedPackage* package : packages)
      for (const Dependency& dependency : package->dependencies)
        if (auto to = where_.lockfile.look_up(package->install_path, dependency.name))
          wanted[dependency.name].push_back(&where_.lockfile.follow(*to));
    for (const auto& [name, allowed] : wanted) {
      std::string place = look_up(index, from, std::string(name));
      if (place.empty()) continue;
      if (std::ranges::none_of(
              allowed, [&](const LockedPackage* one) { return is_locked_one(index, place, *one); }))
        wrong.insert(std::move(place));
    }
  };
  for (const LockedPackage* local : where_.lockfile.local_packages())
    check_from(local->install_path, std::span(&local, 1));
  for (const Copy& copy : copies_)
    if (auto same = locked.find(copy.name + "@" + copy.version);
        same != locked.end() && !copy.is_stub && !copy.came_along)
      check_from(copy.place, same->second);
  for (const std::string& place : wrong)
    check.differences.push_back({InstalledChange::kChanged, place});
}

void InstalledCopies::finish(InstalledCheck& check) const {
  std::set<std::string_view> known;
  for (const LockedPackage* local : where_.lockfile.local_packages())
    known.insert(local->install_path);
  std::set<std::string_view> locked;
  for (const LockedPackage& package : where_.lockfile.packages) locked.insert(package.name);
  for (const Copy& copy : copies_) {
    known.insert(copy.place);
    if (copy.came_along) continue;
    if (copy.is_stub && locked.contains(copy.name)) continue;
    if (!copy.compared) {
      check.differences.push_back({InstalledChange::kAdded, copy.place});
      continue;
    }
    check.packages += copy.compared->packages;
    check.files += copy.compared->files;
    std::ranges::copy(copy.compared->differences, std::back_inserter(check.differences));
  }
  for (const Link& link : links_)
    if (!known.contains(link.target))
      check.differences.push_back({InstalledChange::kAdded, link.place});
  for (const std::string& label : missing_)
    check.differences.push_back({InstalledChange::kMissing, label});
  check_dependencies(check);
}

}  // namespace ingot
