#include "lockfile/importer_drift.h"

#include <algorithm>

#include "lockfile/dependency_check.h"
#include "lockfile/error_list.h"
#include "lockfile/pnpm_key.h"
#include "lockfile/specification.h"

namespace ingot {
namespace {

std::string_view install_command(LockfileKind kind) {
  switch (kind) {
    case LockfileKind::kPnpm:
      return "run `pnpm install --lockfile-only` and keep its result";
    case LockfileKind::kBun:
      return "run `bun install --lockfile-only` and keep its result";
    case LockfileKind::kYarnBerry:
      return "run `yarn install --mode=update-lockfile` and keep its result";
    case LockfileKind::kYarnClassic:
    case LockfileKind::kNpm:
      break;
  }
  return "run `yarn install` and keep its result";
}

class ImporterCheck {
 public:
  ImporterCheck(const Lockfile& lockfile, Diagnostics& diagnostics)
      : lockfile_(lockfile), diagnostics_(diagnostics) {}

  void check(const LocalManifest& local) {
    const LockedPackage* package = lockfile_.find(local.install_path);
    if (package == nullptr) return;
    // What "link:" leads to is not installed, and has no record then.
    if (local.is_linked && package->dependencies.empty()) return;
    for (const Error& oddity : local.manifest->oddities) errors_.add(oddity);
    for (const Dependency& dependency : local.manifest->dependencies)
      if (!is_peer(dependency) && !is_left_out(local, dependency))
        check_dependency(*package, dependency);
    for (const Dependency& recorded : package->dependencies)
      if (recorded.kind != DependencyKind::kWorkspace &&
          local.manifest->find(recorded.name) == nullptr)
        diagnostics_.warning(input_error("drift-removed", "the lockfile still has " +
                                                              recorded.name +
                                                              ", which is not asked for any more")
                                 .at(recorded.position)
                                 .hinted(std::string(install_command(lockfile_.kind))));
  }

  Status finish() { return errors_.finish(diagnostics_); }

 private:
  // Runtimes are no packages.
  bool is_left_out(const LocalManifest& local, const Dependency& dependency) const {
    if (local.is_linked && dependency.kind == DependencyKind::kDevelopment) return true;
    return lockfile_.kind == LockfileKind::kPnpm && is_runtime(dependency.range);
  }

  static bool is_peer(const Dependency& dependency) {
    return dependency.kind == DependencyKind::kPeer ||
           dependency.kind == DependencyKind::kOptionalPeer;
  }

  void check_dependency(const LockedPackage& from, const Dependency& dependency) {
    auto recorded = std::ranges::find(from.dependencies, dependency.name, &Dependency::name);
    const LockedPackage* found = lockfile_.look_up(from.install_path, dependency.name);
    // What yarn 2 has for development only may have no place here.
    if (dependency.kind == DependencyKind::kDevelopment &&
        lockfile_.kind == LockfileKind::kYarnBerry && recorded != from.dependencies.end())
      return;
    if (recorded == from.dependencies.end() || found == nullptr) {
      if (dependency.kind == DependencyKind::kOptional && recorded != from.dependencies.end())
        return;
      add("drift-missing", dependency, ", which is not in the lockfile");
      return;
    }
    bool decided_elsewhere =
        std::ranges::find(lockfile_.overridden, dependency.name) != lockfile_.overridden.end();
    bool fits = decided_elsewhere || may_be(from, dependency, *found);
    if (!fits) {
      const LockedPackage& target = lockfile_.follow(*found);
      add("drift-invalid", dependency,
          ", but the lockfile has " + target.name + "@" + target.version);
    } else if (recorded->range != dependency.range && !decided_elsewhere) {
      diagnostics_.warning(
          input_error("drift-specification", "package.json asks for " + dependency.name + "@" +
                                                 dependency.range + ", the lockfile was made for " +
                                                 recorded->range)
              .at(dependency.position)
              .hinted(std::string(install_command(lockfile_.kind))));
    }
  }

  // Only what asks a registry for versions can be judged here; "workspace:", "catalog:", "patch:"
  // and places are the package manager's to resolve.
  bool may_be(const LockedPackage& from, const Dependency& dependency, const LockedPackage& found) {
    Specification asked = parse_specification(dependency.range);
    if (asked.kind != SpecificationKind::kVersion && asked.kind != SpecificationKind::kRange &&
        asked.kind != SpecificationKind::kAlias)
      return true;
    const LockedPackage& target = lockfile_.follow(found);
    // A range may be met by a folder of the workspace, whose version the lockfile does not have.
    return target.is_local() || is_satisfied(lockfile_, from, found, dependency.range);
  }

  void add(std::string code, const Dependency& dependency, const std::string& what) {
    errors_.add(
        input_error(std::move(code), "package.json asks for " + dependency.name + "@" +
                                         (dependency.range.empty() ? "*" : dependency.range) + what)
            .at(dependency.position)
            .hinted(std::string(install_command(lockfile_.kind))));
  }

  const Lockfile& lockfile_;
  Diagnostics& diagnostics_;
  ErrorList errors_;
};

}  // namespace

Status check_importers(const Lockfile& lockfile, std::span<const LocalManifest> manifests,
                       Diagnostics& diagnostics) {
  ImporterCheck check(lockfile, diagnostics);
  for (const LocalManifest& local : manifests) check.check(local);
  return check.finish();
}

}  // namespace ingot
