#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.h"
#include "base/digest.h"
#include "lockfile/hoist_patterns.h"
#include "lockfile/placed.h"
#include "lockfile/placement.h"

namespace ingot {
namespace {

constexpr size_t kMaxFolderName = 120;
constexpr size_t kDigestSize = 32;  // hex digits

class IsolatedPlacement {
 public:
  IsolatedPlacement(InstanceGraph& graph, const IsolatedLayout& layout)
      : graph_(graph), layout_(layout) {}

  std::vector<LockedPackage> run() {
    choose_places();
    for (size_t i = 0; i < graph_.instances.size(); ++i) link_dependencies(i);
    if (layout_.hoist != HoistedLinks::kNone || !layout_.public_patterns.empty()) hoist();
    for (PackageInstance& instance : graph_.instances)
      packages_.push_back(std::move(instance.package));
    return std::move(packages_);
  }

 private:
  const PackageInstance& instance(size_t i) const { return graph_.instances[i]; }
  static bool is_folder(const PackageInstance& instance) {
    return instance.package.source.kind == SourceKind::kProject ||
           instance.package.source.kind == SourceKind::kDirectory;
  }

  void choose_places() {
    for (PackageInstance& instance : graph_.instances)
      if (!is_folder(instance))
        instance.package.install_path = layout_.store + "/" + store_folder(instance.key) +
                                        "/node_modules/" + instance.package.name;
  }

  // The node_modules folder in which an instance looks first.
  std::string surroundings(const PackageInstance& instance) const {
    if (!is_folder(instance))
      return layout_.store + "/" + store_folder(instance.key) + "/node_modules/";
    const std::string& path = instance.package.install_path;
    return path.empty() ? "node_modules/" : path + "/node_modules/";
  }

  void add_link(std::string place, size_t target, bool hoisted) {
    const LockedPackage& to = instance(target).package;
    if (place == to.install_path || !links_.insert(place).second) return;
    LockedPackage link;
    link.install_path = std::move(place);
    link.name = to.name;
    link.link_target = to.install_path;
    link.source = {SourceKind::kDirectory, to.install_path};
    link.hoisted = hoisted;
    link.position = to.position;
    packages_.push_back(std::move(link));
  }

  void link_dependencies(size_t i) {
    const PackageInstance& from = instance(i);
    std::string folder = surroundings(from);
    for (size_t d = 0; d < from.targets.size(); ++d) {
      const Dependency& dependency = from.package.dependencies[d];
      // An optional peer that nobody provides is seen when it is there for others.
      bool only_if_there = dependency.kind == DependencyKind::kOptionalPeer;
      if (from.targets[d] != kNoInstance)
        add_link(folder + dependency.name, from.targets[d], only_if_there);
    }
  }

  // In the order of pnpm 10: breadth first from the user's folders, each level by key; the first
  // package that is asked for by a name gets the link.
  void hoist() {
    std::set<std::string> taken;
    if (layout_.hoist == HoistedLinks::kDependencies)
      for (const Dependency& dependency : instance(0).package.dependencies)
        if (dependency.kind != DependencyKind::kDevelopment) taken.insert(dependency.name);
    std::vector<size_t> level;
    std::vector<bool> seen(graph_.instances.size(), false);
    for (size_t i = 0; i < graph_.instances.size(); ++i)
      if (is_folder(instance(i))) {
        level.push_back(i);
        seen[i] = true;
      }
    while (!level.empty()) {
      std::vector<size_t> next;
      for (size_t i : level) hoist_dependencies(instance(i), taken, seen, next);
      std::ranges::sort(next, {}, [&](size_t i) { return std::string_view(instance(i).key); });
      level = std::move(next);
    }
  }

  void hoist_dependencies(const PackageInstance& from, std::set<std::string>& taken,
                          std::vector<bool>& seen, std::vector<size_t>& next) {
    for (size_t d = 0; d < from.targets.size(); ++d) {
      const Dependency& dependency = from.package.dependencies[d];
      size_t target = from.targets[d];
      if (target == kNoInstance || dependency.kind == DependencyKind::kDevelopment) continue;
      if (!seen[target]) {
        seen[target] = true;
        next.push_back(target);
      }
      bool is_public = matches_hoist_patterns(layout_.public_patterns, dependency.name);
      if (!is_public && layout_.hoist == HoistedLinks::kNone) continue;
      if (is_folder(instance(target)) || !taken.insert(dependency.name).second) continue;
      add_link((is_public ? "node_modules/" : layout_.store + "/node_modules/") + dependency.name,
               target, true);
    }
  }

  InstanceGraph& graph_;
  const IsolatedLayout& layout_;
  std::set<std::string> links_;
  std::vector<LockedPackage> packages_;
};

}  // namespace

std::string store_folder(std::string_view key) {
  if (key.starts_with('/')) key.remove_prefix(1);
  std::string name;
  bool upper = false;
  for (char c : key) {
    upper = upper || ascii::is_upper(c);
    if (c == ')') continue;
    if (c == '(')
      name += '_';
    else if (std::string_view("\\/:*?\"<>|#").find(c) != std::string_view::npos ||
             static_cast<uint8_t>(c) < 0x20 || static_cast<uint8_t>(c) >= 0x7F)
      name += '+';
    else
      name += c;
  }
  if (name.size() <= kMaxFolderName && !upper) return name;
  name.resize(std::min(name.size(), kMaxFolderName - kDigestSize - 1));
  return name + "_" + sha256_hex(key).substr(0, kDigestSize);
}

Result<Lockfile> place_isolated(InstanceGraph graph, const IsolatedLayout& layout,
                                Diagnostics& diagnostics) {
  TRY(check_targets(graph, diagnostics));
  return placed(graph, IsolatedPlacement(graph, layout).run(), diagnostics);
}

}  // namespace ingot
