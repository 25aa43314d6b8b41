#include "resolver/workspaces.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("workspaces are the matching folders that have a package.json") {
  MemoryFileSystem files;
  for (const char* path :
       {"packages/b", "packages/a", "packages/a/node_modules/x", "apps/deep/one", "other/c"})
    files.add("/p/" + std::string(path) + "/package.json", "{}");
  files.add("/p/packages/empty/README.md", "");
  using List = std::vector<std::string>;
  CHECK(find_workspaces(files, "/p", {"packages/*"}).value() == List{"packages/a", "packages/b"});
  CHECK(find_workspaces(files, "/p", {"apps/**", "packages/*", "!packages/b"}).value() ==
        List{"apps/deep/one", "packages/a"});
  CHECK(find_workspaces(files, "/p", {}).value().empty());
}
