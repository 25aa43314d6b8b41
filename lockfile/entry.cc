#include "lockfile/entry.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/file_system.h"
#include "lockfile/package_name.h"
#include "lockfile/specification.h"
#include "lockfile/workspace_pattern.h"

namespace ingot {
namespace {

constexpr size_t kMaxUrlSize = 8192;
constexpr size_t kMaxPathSize = 4096;  // PATH_MAX of Linux

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

bool climbs(std::string_view path) {
  return path.starts_with('/') || path == ".." || path.starts_with("../") ||
         path.ends_with("/..") || path.find("/../") != std::string_view::npos ||
         path.find('\\') != std::string_view::npos ||
         (path.size() > 1 && path[1] == ':');  // a drive of Windows
}

Error escape_error(std::string_view path, const Place& position) {
  return input_error("lockfile-path-escapes",
                     json_quote(path) + " lies outside the project's folder")
      .at(position)
      .hinted("make the folder a workspace of the project, or depend on a tarball of it");
}

// By place; of equal places the first stays the first. Packages are large: each is moved once.
void sort_packages(std::vector<LockedPackage>& packages) {
  if (std::ranges::is_sorted(packages, {}, &LockedPackage::install_path)) return;
  std::vector<size_t> order(packages.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](size_t i) -> std::string_view { return packages[i].install_path; });
  std::vector<LockedPackage> sorted;
  sorted.reserve(packages.size());
  for (size_t i : order) sorted.push_back(std::move(packages[i]));
  packages = std::move(sorted);
}

void check_links(const Lockfile& lockfile, ErrorList& errors) {
  for (const LockedPackage& package : lockfile.packages) {
    if (!package.is_link()) continue;
    const LockedPackage* target = lockfile.find(*package.link_target);
    if (target != nullptr && !target->is_link()) continue;
    errors.add(input_error("lockfile-link-target",
                           package.install_path + " is a link to \"" + *package.link_target +
                               (target ? "\", which is a link too" : "\", which has no entry"))
                   .at(package.position));
  }
}

void check_bundles(const Lockfile& lockfile, ErrorList& errors) {
  for (const LockedPackage& package : lockfile.packages) {
    if (package.source.kind != SourceKind::kBundled) continue;
    if (lockfile.find(container_of_install_path(package.install_path)) != nullptr) continue;
    errors.add(input_error("lockfile-bundle", package.install_path +
                                                  " is said to come with the package it lies in, "
                                                  "which has no entry")
                   .at(package.position));
  }
}

}  // namespace

Status refuse_conflicts(std::string_view text, const std::string& name, std::string_view mend) {
  auto marker = find_conflict_markers(text, name);
  if (!marker) return {};
  return fail(input_error("lockfile-conflict", "there are merge conflict markers in it")
                  .at(*marker)
                  .hinted("take either side, then run `" + std::string(mend) + "`"));
}

Status check_install_path(std::string_view path, const Place& position) {
  if (path.empty()) return {};
  if (climbs(path)) return fail(escape_error(path, position));
  if (path.size() > kMaxPathSize || !is_safe_relative_path(path) || has_control_characters(path))
    return fail(input_error("lockfile-bad-path", json_quote(path) + " is no place for a package")
                    .at(position));
  if (is_in_node_modules(path) && !is_package_name(name_of_install_path(path)))
    return fail(input_error("lockfile-bad-name", json_quote(name_of_install_path(path)) +
                                                     " cannot be the name of a package")
                    .at(position));
  return {};
}

Result<std::string> local_path(std::string_view written, const Place& position) {
  if (written.starts_with("file:")) written.remove_prefix(5);
  if (written.starts_with('/') || written.find('\\') != std::string_view::npos)
    return fail(escape_error(written, position));
  if (written.size() > kMaxPathSize)
    return fail(input_error("lockfile-bad-path", "this path is too long").at(position));
  std::string path = normal_path(written);
  if (path == ".") path.clear();
  if (climbs(path)) return fail(escape_error(written, position));
  if (!path.empty() && (!is_safe_relative_path(path) || has_control_characters(path)))
    return fail(input_error("lockfile-bad-path", json_quote(written) + " is no place for a package")
                    .at(position));
  return path;
}

Result<PackageSource> read_source(std::string_view resolved, const Place& position) {
  if (resolved.size() > kMaxUrlSize || has_control_characters(resolved))
    return fail(input_error("lockfile-source", "this is not a URL").at(position));
  Specification source = parse_specification(resolved);
  switch (source.kind) {
    case SpecificationKind::kRemote:
      // The address of a tarball on a registry is ".../name/-/name-1.0.0.tgz".
      return PackageSource{source.text.find("/-/") != std::string::npos
                               ? SourceKind::kRegistry
                               : SourceKind::kRemoteTarball,
                           std::move(source.text)};
    case SpecificationKind::kGit:
      if (!source.subfolder.empty())
        return fail(input_error("lockfile-git-folder",
                                json_quote(resolved) + " is a folder of a git repository, which "
                                                       "cannot be a package by itself here")
                        .at(position)
                        .hinted("depend on a tarball of it, or on the whole repository"));
      if (!source.names_commit())
        return fail(input_error("lockfile-git-commit",
                                json_quote(resolved) + " does not name a full commit id")
                        .at(position)
                        .hinted("run `npm install --package-lock-only`"));
      return PackageSource{SourceKind::kGit, std::string(resolved)};
    case SpecificationKind::kFile:
      return PackageSource{SourceKind::kLocalTarball, TRY(local_path(source.text, position))};
    case SpecificationKind::kDirectory:
      return PackageSource{SourceKind::kDirectory, TRY(local_path(source.text, position))};
    default:
      return fail(input_error("lockfile-source",
                              json_quote(resolved) + " names nothing that can be fetched")
                      .at(position));
  }
}

std::optional<std::string> git_of_archive(std::string_view url) {
  constexpr std::string_view kCodeload = "https://codeload.github.com/";
  constexpr std::string_view kMiddle = "/tar.gz/";
  size_t middle = url.find(kMiddle);
  if (!url.starts_with(kCodeload) || middle == std::string_view::npos) return std::nullopt;
  std::string repository(url.substr(kCodeload.size(), middle - kCodeload.size()));
  return "git+https://github.com/" + repository + ".git#" +
         std::string(url.substr(middle + kMiddle.size()));
}

bool is_inside_bundle(std::string_view install_path) {
  return is_in_node_modules(container_of_install_path(install_path));
}

Status read_integrity(const JsonCursor& entry, LockedPackage& package) {
  auto written = entry.find("integrity");
  if (!written || written->is_null()) return {};
  if (!written->is_string())
    return fail(
        input_error("lockfile-bad-field", "\"integrity\" is not a string").at(written->position()));
  // npm's digest of a git package is of a tarball it made itself and nobody can make again.
  bool counts = package.source.kind == SourceKind::kRegistry ||
                package.source.kind == SourceKind::kRemoteTarball ||
                package.source.kind == SourceKind::kLocalTarball;
  if (!counts || package.is_link()) return {};
  auto integrity = Integrity::parse(written->text());
  if (!integrity)
    return fail(std::move(integrity.error())
                    .at(written->position())
                    .note("it is the integrity of " + package.name + "@" + package.version));
  package.integrity = std::move(*integrity);
  return {};
}

void finish_packages(Lockfile& lockfile, ErrorList& errors) {
  sort_packages(lockfile.packages);
  for (size_t i = 1; i < lockfile.packages.size(); ++i)
    if (lockfile.packages[i].install_path == lockfile.packages[i - 1].install_path)
      errors.add(
          input_error("lockfile-path-twice", lockfile.packages[i].install_path + " is there twice")
              .at(lockfile.packages[i].position));
  check_links(lockfile, errors);
  check_bundles(lockfile, errors);
}

void add_workspace_dependencies(Lockfile& lockfile, const std::vector<std::string>& written) {
  WorkspacePatterns patterns(written);
  if (patterns.empty()) return;
  std::vector<Dependency> workspaces;
  std::set<std::string_view> names;
  for (const LockedPackage& package : lockfile.packages) {
    if (package.is_link() || !patterns.matches(package.install_path)) continue;
    // npm links every workspace; other package managers do where the layout says so.
    const LockedPackage* link = lockfile.find("node_modules/" + package.name);
    bool linked = link != nullptr && link->link_target == package.install_path;
    if (!linked && lockfile.kind != LockfileKind::kNpm) continue;
    names.insert(package.name);
    workspaces.push_back({package.name, "file:" + package.install_path, DependencyKind::kWorkspace,
                          package.position});
  }
  // A workspace wins over whatever else the project asks for under its name.
  auto& dependencies = lockfile.packages.front().dependencies;
  std::erase_if(dependencies, [&](const Dependency& other) { return names.contains(other.name); });
  std::ranges::move(workspaces, std::back_inserter(dependencies));
}

}  // namespace ingot
