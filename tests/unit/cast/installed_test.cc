#include "packer/cast/installed.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace ingot;

namespace {

constexpr std::string_view kManifest = R"({"name":"a","version":"1.0.0"})";

// A project with one package as it was installed, to be changed.
struct World {
  MemoryFileSystem files;
  std::string project = "/app";
  Lockfile lockfile;
  UnpackedPackage package;

  World() {
    LockedPackage locked;
    locked.install_path = "node_modules/a";
    locked.name = "a";
    lockfile.packages = {LockedPackage{}, locked};
    package.tarball.files = {{"index.js", false, std::string_view("one")},
                             {"lib/b.js", false, std::string_view("two")},
                             {"node_modules/c/c.js", false, std::string_view("three")},
                             {"package.json", false, kManifest}};
    for (const PackageFile& file : package.tarball.files)
      files.add("/app/node_modules/a/" + file.path, std::string(file.content.text()));
  }

  std::string differences(bool required = true) {
    InstalledPlace where{files, project, lockfile};
    InstalledCheck check;
    REQUIRE(compare_installed(where, lockfile.packages[1], required, package, check));
    REQUIRE(find_unlocked(where, check));
    std::string out;
    for (const InstalledDifference& one : check.differences)
      out += std::string(one.change == InstalledChange::kChanged ? "changed "
                         : one.change == InstalledChange::kAdded ? "added "
                                                                 : "missing ") +
             one.path + (one.by_script ? " (script); " : "; ");
    return out;
  }
};

}  // namespace

TEST_CASE("a package that is as in its tarball has no differences, bundled packages included") {
  CHECK(World().differences().empty());
}

TEST_CASE("a byte changed, of the same length or not, is a changed file") {
  World world;
  world.files.add("/app/node_modules/a/index.js", "onE");
  world.files.add("/app/node_modules/a/node_modules/c/c.js", "more than three");
  CHECK(world.differences() ==
        "changed node_modules/a/index.js; changed node_modules/a/node_modules/c/c.js; ");
}

TEST_CASE("files that the tarball has not are added") {
  World world;
  world.files.add("/app/node_modules/a/lib/evil.js", "");
  CHECK(world.differences() == "added node_modules/a/lib/evil.js; ");
  world.package.facts.manifest.scripts.postinstall = "node lib/make.js";
  CHECK(world.differences() == "added node_modules/a/lib/evil.js (script); ");
}

TEST_CASE("packages that are not locked are added, beside a package and inside it") {
  World world;
  world.files.add("/app/node_modules/b/b.js", "");
  world.files.add("/app/node_modules/@s/d/d.js", "");
  world.files.add("/app/node_modules/.bin/tool", "");
  world.files.add("/app/node_modules/a/node_modules/e/e.js", "");
  CHECK(world.differences() ==
        "added node_modules/a/node_modules/e; added node_modules/@s/d; added node_modules/b; ");
}

TEST_CASE("what would be found before a locked package is added, wherever in a package it lies") {
  World world;
  LockedPackage nested;
  nested.install_path = "node_modules/a/node_modules/c/node_modules/f";
  world.lockfile.packages.push_back(nested);
  world.files.add("/app/" + nested.install_path + "/index.js", "");
  CHECK(world.differences().empty());
  world.files.add("/app/node_modules/a/lib/node_modules/e/index.js", "");
  world.files.add("/app/node_modules/a/node_modules/c/evil.js", "");
  world.files.add("/app/node_modules/a/node_modules/c/node_modules/.bin/tool", "");
  world.files.add("/app/node_modules/a/node_modules/c/node_modules/g/index.js", "");
  world.files.add("/app/node_modules/e.js", "");
  CHECK(world.differences() ==
        "added node_modules/a/lib/node_modules/e; added node_modules/a/node_modules/c/evil.js; "
        "added node_modules/a/node_modules/c/node_modules/g; added node_modules/e.js; ");
}

TEST_CASE("a folder that is not there is missing, unless the package is optional") {
  World world;
  world.files = {};
  CHECK(world.differences() == "missing node_modules/a; ");
  CHECK(world.differences(false).empty());
}
