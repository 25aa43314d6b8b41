// The shortest way on which a project's dependencies lead to a package.
//
// Owns finding it, for messages that say why a package is there. Among several of the same length
// it is the one whose packages come first. Decides nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lockfile/lockfile.h"

namespace ingot {

// What each package depends on, by index; [0] is the project.
using DependencyEdges = std::vector<std::vector<uint32_t>>;

// Of all packages of a lockfile, in its order, development dependencies included. A link leads to
// what it is a link to.
DependencyEdges edges_of(const Lockfile& lockfile);

class DependencyPaths {
 public:
  explicit DependencyPaths(const DependencyEdges& edges);

  // From the project to the package, both included; only the package when nothing leads to it.
  std::vector<uint32_t> to(uint32_t package) const;

 private:
  std::vector<uint32_t> dependent_;  // by package: the one before it on the way; itself for none
};

// "app > alpha@1.0.0 > beta@2.0.0". `names`: by package.
std::string path_text(const std::vector<uint32_t>& path, const std::vector<std::string>& names);

}  // namespace ingot
