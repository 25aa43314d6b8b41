#include "packer/cast/verify_project.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/unpack/tar_builder.h"

using namespace ingot;

namespace {

class Silence final : public StageListener {
 public:
  void on_stage(std::string_view) override {}
  void on_fetch(const FetchProgress&) override {}
};

struct Sample {
  std::string name;
  std::string more;  // members of its package.json
};

// A project whose packages lie in a folder of tarballs.
struct World {
  ScratchFolder scratch;
  Store store{scratch.path("store")};
  Environment variables;
  Silence silence;
  std::map<std::string, std::string> integrities;  // by name

  explicit World(const std::vector<Sample>& samples) {
    for (const Sample& sample : samples) {
      std::string tgz = ingot::testing::TarBuilder()
                            .file("package/package.json", manifest_of(sample))
                            .file("package/index.js", "module.exports = 1;\n")
                            .tgz();
      integrities[sample.name] =
          Integrity::of(digest_of(DigestAlgorithm::kSha512, std::string_view(tgz))).text();
      write("tarballs/" + sample.name + "-1.0.0.tgz", tgz);
    }
  }

  static std::string manifest_of(const Sample& sample) {
    return R"({"name":")" + sample.name + R"(","version":"1.0.0")" + sample.more + "}";
  }
  void write(const std::string& name, const std::string& text) const {
    REQUIRE(make_directories(parent_path(scratch.path(name))));
    REQUIRE(write_file_atomically(scratch.path(name), std::string_view(text)));
  }
  void install(const std::string& place, const Sample& sample) const {
    write("p/" + place + "/package.json", manifest_of(sample));
    write("p/" + place + "/index.js", "module.exports = 1;\n");
  }

  Result<ProjectCheck> verify(bool installed = false) {
    auto tarballs = TarballFolder::open(real_file_system(), scratch.path("tarballs"));
    REQUIRE(tarballs);
    ProjectCheckOptions options;
    options.build.project = scratch.path("p");
    options.build.targets = {*find_target("linux-x64")};
    options.build.offline = true;
    options.build.allow_unverified = true;
    options.installed = installed;
    Diagnostics diagnostics;
    return verify_project(options, {store, variables, silence, &*tarballs}, diagnostics);
  }
};

std::string differences(const Result<ProjectCheck>& check) {
  REQUIRE(check);
  std::string out;
  for (const InstalledDifference& one : check->installed->differences)
    out += std::string(one.change == InstalledChange::kChanged ? "changed "
                       : one.change == InstalledChange::kAdded ? "added "
                                                               : "missing ") +
           one.path + (one.by_manager ? " (manager); " : "; ");
  return out;
}

// Two packages and one for development, as yarn 4 locks them.
struct BerryWorld : World {
  std::string lock;
  BerryWorld();
};

BerryWorld::BerryWorld() : World({{"a", ""}, {"d", ""}, {"resolve", ""}}) {
  lock = R"(__metadata:
  version: 8
  cacheKey: 10c0

"p@workspace:.":
  version: 0.0.0-use.local
  resolution: "p@workspace:."
  dependencies:
    a: "npm:1.0.0"
    d: "npm:1.0.0"
    resolve: "npm:1.0.0"
  languageName: unknown
  linkType: soft
)";
  std::string pins;
  for (const auto& [name, integrity] : integrities) {
    lock += "\n\"" + name + "@npm:1.0.0\":\n  version: 1.0.0\n  resolution: \"" + name +
            "@npm:1.0.0\"\n  languageName: node\n  linkType: hard\n";
    pins += (pins.empty() ? "\"" : ", \"") + name + "@1.0.0\": \"" + integrity + "\"";
  }
  write("p/yarn.lock", lock);
  write("p/.yarnrc.yml", "nodeLinker: node-modules\n");
  write("p/ingot.lock.json", R"({"version": 1, "packages": {)" + pins + "}}");
  write("p/package.json", R"({"name": "p", "version": "1.0.0",
    "dependencies": {"a": "1.0.0", "resolve": "1.0.0"}, "devDependencies": {"d": "1.0.0"}})");
}

}  // namespace

TEST_CASE("packages for platforms that only their own package.json tells are left out") {
  World world({{"all", ""}, {"mac", R"(,"os":["darwin"])"}});
  std::string entries;
  for (const auto& [name, integrity] : world.integrities)
    entries += ",\"" + name + R"(": {"version": "1.0.0", "optional": true, "integrity": ")" +
               integrity + "\"}";
  world.write("p/package.json", R"({"name": "p", "version": "1.0.0",
    "optionalDependencies": {"all": "1.0.0", "mac": "1.0.0"}})");
  world.write("p/package-lock.json",
              R"({"name": "p", "version": "1.0.0", "lockfileVersion": 1, "requires": true,
    "dependencies": {)" +
                  entries.substr(1) + "}}");
  auto check = world.verify();
  REQUIRE(check);
  CHECK(check->packages == 1);
}

TEST_CASE("what yarn 2 and later lock for development is verified, too") {
  BerryWorld world;
  auto check = world.verify();
  REQUIRE(check);
  CHECK(check->packages == 3);
}

TEST_CASE("an installed tree of yarn 4 is compared wherever its packages lie") {
  BerryWorld world;
  world.install("node_modules/a", {"a", ""});
  world.install("node_modules/a/node_modules/resolve", {"resolve", ""});
  // Production only, which is no difference.
  CHECK(differences(world.verify(true)).empty());
  world.install("node_modules/d", {"d", ""});
  CHECK(differences(world.verify(true)).empty());
  world.write("p/node_modules/d/index.js", "module.exports = 2;\n");
  world.write("p/node_modules/a/node_modules/resolve/index.js", "patched\n");
  world.install("node_modules/.store/x-npm-1.0.0-0123456789/package", {"x", ""});
  CHECK(differences(world.verify(true)) ==
        "added node_modules/.store/x-npm-1.0.0-0123456789/package; "
        "changed node_modules/a/node_modules/resolve/index.js (manager); "
        "changed node_modules/d/index.js; ");
  std::filesystem::remove_all(world.scratch.path("p/node_modules/a"));
  CHECK(differences(world.verify(true)) ==
        "missing a@1.0.0; added node_modules/.store/x-npm-1.0.0-0123456789/package; "
        "changed node_modules/d/index.js; missing resolve@1.0.0; ");
}

TEST_CASE("a link of an installed tree leads to a package or a folder of the user") {
  BerryWorld world;
  world.install("node_modules/.store/a-npm-1.0.0-0123456789/package", {"a", ""});
  world.install("node_modules/resolve", {"resolve", ""});
  auto link = [&](const std::string& target, const std::string& name) {
    std::filesystem::create_directory_symlink(target, world.scratch.path("p/node_modules/" + name));
  };
  link(".store/a-npm-1.0.0-0123456789/package", "a");
  link("..", "p");
  CHECK(differences(world.verify(true)).empty());
  link("/elsewhere", "b");
  link("../node_modules", "c");
  CHECK(differences(world.verify(true)) == "added node_modules/b; added node_modules/c; ");
}

TEST_CASE("what leads a dependency to another locked package is changed") {
  BerryWorld world;
  size_t at = world.lock.find("a@npm:1.0.0\"\n  languageName");
  REQUIRE(at != std::string::npos);
  world.lock.insert(world.lock.find('\n', at) + 1, "  dependencies:\n    d: \"npm:1.0.0\"\n");
  world.write("p/yarn.lock", world.lock);
  const std::string store = "node_modules/.store/";
  auto install = [&](const std::string& name) {
    world.install(store + name + "-npm-1.0.0-0123456789/package", {name, ""});
  };
  auto link = [&](const std::string& at_place, const std::string& target) {
    std::string path = world.scratch.path("p/" + at_place);
    std::filesystem::create_directories(parent_path(path));
    std::filesystem::remove_all(path);
    std::filesystem::create_directory_symlink(target, path);
  };
  for (const char* name : {"a", "d", "resolve"}) {
    install(name);
    link("node_modules/" + std::string(name),
         ".store/" + std::string(name) + "-npm-1.0.0-0123456789/package");
  }
  const std::string inner = store + "a-npm-1.0.0-0123456789/node_modules/d";
  link(inner, "../../d-npm-1.0.0-0123456789/package");
  CHECK(differences(world.verify(true)).empty());
  link(inner, "../../resolve-npm-1.0.0-0123456789/package");
  CHECK(differences(world.verify(true)) == "changed " + inner + "; ");
  link(inner, "../../d-npm-1.0.0-0123456789/package");
  const std::string nearer = store + "a-npm-1.0.0-0123456789/package/node_modules/d";
  world.install(nearer, {"resolve", ""});
  CHECK(differences(world.verify(true)) == "changed " + nearer + "; ");
  std::filesystem::remove_all(world.scratch.path("p/" + nearer));
  link("node_modules/resolve", "..");
  CHECK(differences(world.verify(true)) == "changed node_modules/resolve; ");
  link("node_modules/resolve", ".store/resolve-npm-1.0.0-0123456789/package");
  world.write("p/node_modules/extra.js", "");
  CHECK(differences(world.verify(true)) == "added node_modules/extra.js; ");
}

TEST_CASE("a link in the place of a package, or to another folder of the user, is changed") {
  World world(std::vector<Sample>{{"a", ""}});
  world.write("p/package.json", R"({"name": "p", "version": "1.0.0", "workspaces": ["w", "v"],
    "dependencies": {"a": "1.0.0", "w": "1.0.0"}})");
  world.write("p/w/package.json", R"({"name": "w", "version": "1.0.0"})");
  world.write("p/v/package.json", R"({"name": "v", "version": "1.0.0"})");
  world.write("p/package-lock.json",
              R"({"name": "p", "version": "1.0.0", "lockfileVersion": 3, "packages": {
    "": {"name": "p", "version": "1.0.0", "workspaces": ["w", "v"],
         "dependencies": {"a": "1.0.0", "w": "1.0.0"}},
    "w": {"version": "1.0.0"}, "v": {"version": "1.0.0"},
    "node_modules/w": {"resolved": "w", "link": true},
    "node_modules/v": {"resolved": "v", "link": true},
    "node_modules/a": {"version": "1.0.0", "integrity": ")" +
                  world.integrities["a"] + "\"}}}");
  world.install("elsewhere/a", {"a", ""});
  world.install("node_modules/a", {"a", ""});
  auto link = [&](const std::string& name, const std::string& target) {
    std::string path = world.scratch.path("p/node_modules/" + name);
    std::filesystem::remove_all(path);
    std::filesystem::create_directory_symlink(target, path);
  };
  link("w", "../w");
  link("v", "../v");
  CHECK(differences(world.verify(true)).empty());
  link("w", "../v");
  link("a", "../elsewhere/a");
  CHECK(differences(world.verify(true)) == "changed node_modules/a; changed node_modules/w; ");
}

TEST_CASE("a package for another platform is compared when it is installed all the same") {
  World world(std::vector<Sample>{{"mac", R"(,"os":["darwin"])"}});
  world.write("p/package.json", R"({"name": "p", "version": "1.0.0",
    "optionalDependencies": {"mac": "1.0.0"}})");
  world.write("p/package-lock.json",
              R"({"name": "p", "version": "1.0.0", "lockfileVersion": 3, "packages": {
    "": {"name": "p", "version": "1.0.0", "optionalDependencies": {"mac": "1.0.0"}},
    "node_modules/mac": {"version": "1.0.0", "optional": true, "os": ["darwin"],
      "integrity": ")" +
                  world.integrities["mac"] + "\"}}}");
  world.write("p/node_modules/.package-lock.json", "{}");
  CHECK(differences(world.verify(true)).empty());
  world.write("p/node_modules/mac/package.json", "{\n  \"_id\": \"mac@1.0.0\"\n}");
  CHECK(differences(world.verify(true)) ==
        "missing node_modules/mac/index.js; changed node_modules/mac/package.json (manager); ");
}

TEST_CASE("what yarn leaves in the place of a package for another platform is no difference") {
  BerryWorld world;
  world.install("node_modules/a", {"a", ""});
  const std::string stub = "node_modules/.store/resolve-patch-0123456789/package";
  world.write("p/" + stub + "/package.json", R"({"name": "resolve", "mocked": true})");
  CHECK(differences(world.verify(true)) == "missing resolve@1.0.0; ");
  world.write("p/package.json", R"({"name": "p", "version": "1.0.0",
    "dependencies": {"a": "1.0.0"}, "devDependencies": {"d": "1.0.0", "resolve": "1.0.0"}})");
  CHECK(differences(world.verify(true)).empty());
  world.write("p/" + stub + "/package.json",
              R"({"name": "resolve", "mocked": true, "main": "../../../evil.js"})");
  CHECK(differences(world.verify(true)) == "added " + stub + "; ");
}

TEST_CASE("without node_modules it is said whether yarn's Plug'n'Play is why") {
  BerryWorld world;
  CHECK(world.verify(true).error().code == "installed-missing");
  world.write("p/.pnp.cjs", "");
  CHECK(world.verify(true).error().code == "installed-pnp");
}
