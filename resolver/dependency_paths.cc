#include "resolver/dependency_paths.h"

#include <algorithm>

namespace ingot {

DependencyEdges edges_of(const Lockfile& lockfile) {
  DependencyEdges edges(lockfile.packages.size());
  auto index_of = [&](const LockedPackage& package) {
    return static_cast<uint32_t>(&package - lockfile.packages.data());
  };
  for (const LockedPackage& package : lockfile.packages) {
    std::vector<uint32_t>& to = edges[index_of(package)];
    if (package.is_link()) to.push_back(index_of(lockfile.follow(package)));
    for (const Dependency& dependency : package.dependencies)
      if (const LockedPackage* found = lockfile.look_up(package.install_path, dependency.name))
        to.push_back(index_of(lockfile.follow(*found)));
    std::ranges::sort(to);
  }
  return edges;
}

DependencyPaths::DependencyPaths(const DependencyEdges& edges) {
  for (uint32_t i = 0; i < edges.size(); ++i) dependent_.push_back(i);
  if (edges.empty()) return;
  std::vector<uint32_t> todo{0};
  for (size_t i = 0; i < todo.size(); ++i) {
    for (uint32_t next : edges[todo[i]]) {
      if (next == 0 || dependent_[next] != next) continue;
      dependent_[next] = todo[i];
      if (next != todo[i]) todo.push_back(next);
    }
  }
}

std::vector<uint32_t> DependencyPaths::to(uint32_t package) const {
  std::vector<uint32_t> path{package};
  while (dependent_[path.back()] != path.back()) path.push_back(dependent_[path.back()]);
  std::ranges::reverse(path);
  return path;
}

std::string path_text(const std::vector<uint32_t>& path, const std::vector<std::string>& names) {
  std::string text;
  for (uint32_t package : path) text += (text.empty() ? "" : " > ") + names[package];
  return text;
}

}  // namespace ingot
