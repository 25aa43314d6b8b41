#include "packer/acquire/berry_cache.h"

#include <catch2/catch.hpp>

#include "packer/acquire/manager_layers.h"

using namespace ingot;

TEST_CASE("yarn names archives after scopes, addresses and other protocols as well") {
  auto first = [](const std::string& name, const std::string& version, PackageSource source) {
    auto all = berry_cache_candidates({"/c"}, name, version, source, {"8", "3963eff3eb0000"});
    return all.empty() ? "" : all.front();
  };
  CHECK(first("@babel/code-frame", "7.12.11", {SourceKind::kRegistry, ""}) ==
        "/c/@babel-code-frame-npm-7.12.11-1a9a1b277f-3963eff3eb.zip");
  CHECK(first("a", "1.0.0", {SourceKind::kRegistry, "https://registry.example.org/a/-/a-1.tgz"}) !=
        first("a", "1.0.0", {SourceKind::kRegistry, ""}));
  CHECK(first("a", "1.0.0", {SourceKind::kRemoteTarball, "https://example.org/a.tgz"})
            .starts_with("/c/a-https-"));
  CHECK(first("a", "1.0.0", {SourceKind::kGit, "git+https://example.org/a.git#0"}).empty());
}

TEST_CASE("archives are looked for where yarn's configuration says, and in its own places") {
  using List = std::vector<std::string>;
  MemoryFileSystem files;
  auto folders = [&](const Environment& environment) {
    auto found = berry_cache_folders(files, environment, "/home/u/p");
    REQUIRE(found);
    return *found;
  };
  CHECK(folders({}) == List{"/home/u/p/.yarn/cache"});
  CHECK(folders({{"HOME", "/home/u"}}) ==
        List{"/home/u/p/.yarn/cache", "/home/u/.yarn/berry/cache"});
  CHECK(folders({{"HOME", "/home/u"}, {"XDG_DATA_HOME", "/d"}}) ==
        List{"/home/u/p/.yarn/cache", "/d/yarn/berry/cache"});
  CHECK(folders({{"YARN_CACHE_FOLDER", "/c"}, {"YARN_GLOBAL_FOLDER", "/g"}}) ==
        List{"/c", "/g/cache"});
  files.add("/home/.yarnrc.yml", "cacheFolder: ./shared\nglobalFolder: ${WHERE:-/w}/y\n");
  CHECK(folders({}) == List{"/home/shared", "/w/y/cache"});
  files.add("/home/u/p/.yarnrc.yml", "cacheFolder: own\n");
  CHECK(folders({{"WHERE", "/v"}}) == List{"/home/u/p/own", "/v/y/cache"});
}
