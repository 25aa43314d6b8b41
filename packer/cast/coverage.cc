#include "packer/cast/coverage.h"

#include <map>
#include <set>

#include "lockfile/error_list.h"
#include "resolver/platform.h"

namespace ingot {
namespace {

// What the names of a set have in common: "@img/sharp-" of "@img/sharp-linux-x64". Empty when no
// part of the name speaks of a platform, or the first does.
std::string stem_of(const std::string& name, const Target& target) {
  size_t begin = name.starts_with('@') ? name.find('/') : std::string::npos;
  begin = begin == std::string::npos ? 0 : begin + 1;
  for (size_t at = begin; at < name.size();) {
    size_t end = name.find('-', at);
    std::string part = name.substr(at, end == std::string::npos ? end : end - at);
    if (platform_of_name(part, target) != NamedPlatform::kUnknown) return name.substr(0, at);
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return "";
}

// The platform packages of one package that are sets: several of one stem, for several systems.
class PlatformPackages {
 public:
  PlatformPackages(const Lockfile& lockfile, const PackageGraph& closure,
                   const LockedPackage& package) {
    for (const Dependency& dependency : package.dependencies) {
      if (dependency.kind != DependencyKind::kOptional) continue;
      const LockedPackage* found = lockfile.look_up(package.install_path, dependency.name);
      if (found == nullptr || found->platform.os.empty()) continue;
      std::string stem = stem_of(dependency.name, closure.target);
      if (stem.empty()) continue;
      Set& set = sets_[stem];
      set.systems.insert(found->platform.os);
      ++set.packages;
      set.has_chosen = set.has_chosen || closure.find(found->install_path) != nullptr;
    }
  }

  // The sets' names, when there are sets and none has anything for the target; else "".
  std::string without_any() const {
    std::string names;
    for (const auto& [stem, set] : sets_) {
      if (set.has_chosen) return "";
      if (set.packages > 1 && set.systems.size() > 1)
        names += (names.empty() ? "" : ", ") + stem + "*";
    }
    return names;
  }

 private:
  struct Set {
    std::set<std::vector<std::string>> systems;
    size_t packages = 0;
    bool has_chosen = false;
  };
  std::map<std::string, Set> sets_;  // by stem
};

}  // namespace

Status check_coverage(const Lockfile& lockfile, std::span<const PackageGraph> closures,
                      MissingPlatforms policy, Diagnostics& diagnostics) {
  ErrorList errors;
  for (const PackageGraph& closure : closures) {
    for (const PackageNode& node : closure.packages) {
      const LockedPackage& package = *node.package;
      std::string sets = PlatformPackages(lockfile, closure, package).without_any();
      if (sets.empty()) continue;
      Error error =
          input_error("platform-missing",
                      package.name + "@" + package.version + " has packages for other platforms (" +
                          sets + "), and none for " + std::string(closure.target.name));
      if (package.position.is_known()) error.position = package.position;
      error.hint =
          "leave the target out, or use a version that has one; if the application works without, "
          "allow it to be missing with --allow-missing-addons";
      if (node.optional || policy == MissingPlatforms::kAllowed)
        diagnostics.warning(std::move(error));
      else
        errors.add(std::move(error));
    }
  }
  return errors.finish(diagnostics);
}

}  // namespace ingot
