#include "lockfile/placement.h"

#include <algorithm>
#include <map>

#include "lockfile/entry.h"
#include "lockfile/error_list.h"
#include "lockfile/placed.h"

namespace ingot {

InstanceGraph instances_of(const Lockfile& lockfile) {
  InstanceGraph graph;
  graph.kind = lockfile.kind;
  graph.version = lockfile.version;
  graph.name = lockfile.name;
  graph.overridden = lockfile.overridden;
  std::map<std::string, size_t> index;  // by place
  std::map<std::string, size_t> first;  // by key
  for (bool local : {true, false})
    for (const LockedPackage& package : lockfile.packages) {
      if (package.is_link() || package.source.kind == SourceKind::kBundled ||
          package.is_local() != local)
        continue;
      // What is not from a registry may have no version; where it is from tells it apart.
      const std::string& version =
          package.version.empty() ? package.source.location : package.version;
      std::string key = local ? package.install_path : package.name + "@" + version;
      auto [known, added] = first.emplace(key, graph.instances.size());
      // Copies of one version are one instance: what tells them apart are their peers.
      index[package.install_path] = known->second;
      if (added) graph.instances.push_back({std::move(key), package, {}, {}});
    }
  for (PackageInstance& instance : graph.instances) {
    std::vector<Dependency> dependencies = std::move(instance.package.dependencies);
    instance.package.dependencies.clear();
    for (Dependency& dependency : dependencies) {
      const LockedPackage* found = lockfile.look_up(instance.package.install_path, dependency.name);
      auto at = found == nullptr ? index.end() : index.find(lockfile.follow(*found).install_path);
      if (dependency.kind == DependencyKind::kPeer ||
          dependency.kind == DependencyKind::kOptionalPeer)
        instance.peers.push_back(dependency.name);
      // A peer that is nowhere, and what is bundled, have no instance.
      if (at == index.end()) continue;
      instance.package.dependencies.push_back(std::move(dependency));
      instance.targets.push_back(at->second);
    }
  }
  for (PackageInstance& instance : graph.instances)
    if (!instance.package.is_local()) instance.package.install_path.clear();
  return graph;
}

Status check_targets(const InstanceGraph& graph, Diagnostics& diagnostics) {
  ErrorList errors;
  std::vector<bool> reached(graph.instances.size(), false);
  std::vector<size_t> todo;
  for (size_t i = 0; i < graph.instances.size(); ++i)
    if (graph.instances[i].package.is_local()) {
      reached[i] = true;
      todo.push_back(i);
    }
  while (!todo.empty()) {
    const PackageInstance& from = graph.instances[todo.back()];
    todo.pop_back();
    for (size_t d = 0; d < from.targets.size(); ++d) {
      const Dependency& dependency = from.package.dependencies[d];
      if (dependency.kind == DependencyKind::kDevelopment) continue;
      size_t target = from.targets[d];
      if (target == kNoInstance) {
        errors.add(input_error("lockfile-dangling", from.key + " depends on " + dependency.name +
                                                        " " + dependency.range +
                                                        ", which has no entry in the lockfile")
                       .at(dependency.position)
                       .hinted("let the package manager write the lockfile again"));
      } else if (!reached[target]) {
        reached[target] = true;
        todo.push_back(target);
      }
    }
  }
  return errors.finish(diagnostics);
}

Result<Lockfile> placed(const InstanceGraph& graph, std::vector<LockedPackage> packages,
                        Diagnostics& diagnostics) {
  Lockfile lockfile;
  lockfile.kind = graph.kind;
  lockfile.version = graph.version;
  lockfile.name = graph.name;
  lockfile.overridden = graph.overridden;
  lockfile.workspaces = graph.workspaces;
  lockfile.packages = std::move(packages);
  ErrorList errors;
  finish_packages(lockfile, errors);
  TRY(errors.finish(diagnostics));
  return lockfile;
}

}  // namespace ingot
