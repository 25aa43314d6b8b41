#include "lockfile/dependency_check.h"

#include <algorithm>

#include "base/file_system.h"
#include "lockfile/semver.h"
#include "lockfile/specification.h"

namespace ingot {
namespace {

bool version_satisfies(const LockedPackage& package, std::string_view range) {
  if (range.empty() || range == "*") return true;
  // A folder of the user may have no version, and a version 1 lockfile records none for it.
  if (package.version.empty() && package.is_local()) return true;
  return satisfies(package.version, range, {SemverMode::kLoose});
}

// Paths are relative to the one who asks.
bool path_satisfies(const LockedPackage& from, const LockedPackage& found, std::string_view path,
                    SourceKind kind) {
  if (found.source.kind != kind) return false;
  // Other people's manifests speak of paths on their own disks.
  if (!from.is_local()) return true;
  std::string wanted = normal_path(join_path(from.install_path, path));
  return found.source.location == (wanted == "." ? "" : wanted);
}

bool git_satisfies(const LockedPackage& found, const Specification& asked) {
  if (found.source.kind != SourceKind::kGit) return false;
  Specification locked = parse_specification(found.source.location);
  if (locked.repository != asked.repository) return false;
  // A version 1 lockfile has no version of what comes from git; the commit says what it is.
  if (!asked.range.empty())
    return found.version.empty() || satisfies(found.version, asked.range, {SemverMode::kLoose});
  return !asked.names_commit() || asked.committish == locked.committish;
}

}  // namespace

bool is_satisfied(const Lockfile& lockfile, const LockedPackage& from, const LockedPackage& found,
                  std::string_view range) {
  Specification asked = parse_specification(range);
  const LockedPackage& target = lockfile.follow(found);
  switch (asked.kind) {
    case SpecificationKind::kVersion:
    case SpecificationKind::kRange:
      return version_satisfies(target, asked.text);
    case SpecificationKind::kAlias:
      // A tag says nothing about versions.
      return target.name == asked.name &&
             (parse_specification(asked.text).kind == SpecificationKind::kTag ||
              version_satisfies(target, asked.text));
    case SpecificationKind::kTag:
      return found.source.kind == SourceKind::kRegistry ||
             found.source.kind == SourceKind::kRemoteTarball;
    case SpecificationKind::kDirectory:
      return path_satisfies(from, found, asked.text, SourceKind::kDirectory);
    case SpecificationKind::kFile:
      return path_satisfies(from, found, asked.text, SourceKind::kLocalTarball);
    case SpecificationKind::kRemote:
      return found.source.location == asked.text;
    case SpecificationKind::kGit:
      return git_satisfies(found, asked);
    case SpecificationKind::kLink:
    case SpecificationKind::kWorkspace:
    case SpecificationKind::kInvalid:
      return false;
  }
  return false;
}

bool is_other_platforms_mix_up(const Lockfile& lockfile, const LockedPackage& from,
                               const Dependency& dependency) {
  auto locked_at = [&](const Dependency& one) -> const LockedPackage* {
    if (one.kind != DependencyKind::kOptional || one.range != dependency.range) return nullptr;
    const LockedPackage* found = lockfile.look_up(from.install_path, one.name);
    if (found == nullptr || found->is_link() || !found->optional) return nullptr;
    return found->platform.os.empty() && found->platform.cpu.empty() ? nullptr : found;
  };
  const LockedPackage* wrong = locked_at(dependency);
  if (wrong == nullptr || is_satisfied(lockfile, from, *wrong, dependency.range)) return false;
  return std::ranges::any_of(from.dependencies, [&](const Dependency& sibling) {
    const LockedPackage* found = locked_at(sibling);
    return found != nullptr && is_satisfied(lockfile, from, *found, sibling.range);
  });
}

}  // namespace ingot
