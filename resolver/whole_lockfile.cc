#include "resolver/whole_lockfile.h"

#include <algorithm>

#include "resolver/platform.h"

namespace ingot {
namespace {

class LockfileWalk {
 public:
  LockfileWalk(const Lockfile& lockfile, std::span<const Target> targets,
               const std::map<std::string, PlatformConstraint>& platforms)
      : lockfile_(lockfile) {
    for (const LockedPackage& package : lockfile.packages) {
      auto known = platforms.find(package.install_path);
      const PlatformConstraint& platform =
          known == platforms.end() ? package.platform : known->second;
      runs_.push_back(package.install_path.empty() ||
                      std::ranges::any_of(targets, [&](const Target& target) {
                        return !why_unsupported(platform, target);
                      }));
    }
  }

  bool runs(size_t place) const { return runs_[place]; }

  // What can be reached from the project, through packages that run or through all, and along all
  // dependencies or only those that nothing can do without.
  std::vector<bool> reach(bool through_all, bool required_only) const {
    std::vector<bool> reached(lockfile_.packages.size(), false);
    std::vector<size_t> todo;
    auto enter = [&](const LockedPackage* to) {
      if (to == nullptr) return;
      auto place = static_cast<size_t>(to - lockfile_.packages.data());
      if (reached[place] || !(through_all || runs_[place])) return;
      reached[place] = true;
      todo.push_back(place);
    };
    enter(&lockfile_.project());
    while (!todo.empty()) {
      const LockedPackage& from = lockfile_.packages[todo.back()];
      todo.pop_back();
      if (from.is_link()) enter(&lockfile_.follow(from));
      for (const Dependency& dependency : from.dependencies)
        if (!from.is_link() && !(required_only && is_optional(dependency)))
          enter(lockfile_.look_up(from.install_path, dependency.name));
    }
    return reached;
  }

 private:
  static bool is_optional(const Dependency& dependency) {
    return dependency.kind == DependencyKind::kOptional ||
           dependency.kind == DependencyKind::kOptionalPeer;
  }

  const Lockfile& lockfile_;
  std::vector<bool> runs_;
};

}  // namespace

PackageGraph whole_lockfile(const Lockfile& lockfile, std::span<const Target> targets,
                            const std::map<std::string, PlatformConstraint>& platforms) {
  LockfileWalk walk(lockfile, targets, platforms);
  std::vector<bool> asked_for = walk.reach(true, false);
  std::vector<bool> installed = walk.reach(false, false);
  std::vector<bool> required = walk.reach(false, true);
  PackageGraph all{targets.front(), {}, {}};
  for (size_t place = 0; place < lockfile.packages.size(); ++place)
    if (walk.runs(place) && (installed[place] || !asked_for[place]))
      all.packages.push_back({&lockfile.packages[place], 0, !required[place], {}});
  return all;
}

}  // namespace ingot
