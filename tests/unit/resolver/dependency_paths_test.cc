#include "resolver/dependency_paths.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

using Path = std::vector<uint32_t>;

LockedPackage package(const std::string& path, std::vector<std::string> dependencies) {
  LockedPackage out;
  out.install_path = path;
  for (std::string& name : dependencies) out.dependencies.push_back({std::move(name), "*", {}, {}});
  return out;
}

}  // namespace

TEST_CASE("the shortest way to a package is told, of several the first") {
  DependencyPaths paths({{1, 2}, {3}, {3, 4}, {5}, {5}, {0, 1}});
  CHECK(paths.to(0) == Path{0});
  CHECK(paths.to(3) == Path{0, 1, 3});
  CHECK(paths.to(4) == Path{0, 2, 4});
  CHECK(paths.to(5) == Path{0, 1, 3, 5});
  CHECK(path_text(paths.to(4), {"app", "a", "b", "c", "d", "e"}) == "app > b > d");
}

TEST_CASE("what nothing leads to, and what leads to itself, ends a way") {
  DependencyPaths paths({{1}, {1}, {2, 1}});
  CHECK(paths.to(1) == Path{0, 1});
  CHECK(paths.to(2) == Path{2});
  CHECK(DependencyPaths(DependencyEdges(1)).to(0) == Path{0});
}

TEST_CASE("a lockfile's edges are those of Node's look-up, through links") {
  Lockfile lockfile;
  lockfile.packages = {package("", {"a", "w", "gone"}),
                       package("node_modules/a", {"b"}),
                       package("node_modules/a/node_modules/b", {}),
                       package("node_modules/b", {}),
                       package("node_modules/w", {}),
                       package("packages/w", {"b"})};
  lockfile.packages[4].link_target = "packages/w";
  CHECK(edges_of(lockfile) == DependencyEdges{{1, 5}, {2}, {}, {}, {5}, {3}});
}
