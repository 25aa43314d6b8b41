#include "packer/cast/closures.h"

#include <catch2/catch.hpp>

#include "lockfile/npm_lockfile.h"

using namespace ingot;

namespace {

const std::string kDigest =
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/"
    "SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

std::string package(const std::string& name, const std::string& more = "") {
  return "\"node_modules/" + name +
         "\":{\"version\":\"1.0.0\",\"resolved\":\"https://registry.example.org/" + name +
         ".tgz\",\"integrity\":\"" + kDigest + "\"" + more + "}";
}

struct Scene {
  Lockfile lockfile;
  BuildOptions options;
  Diagnostics diagnostics;

  explicit Scene(const std::string& packages) {
    auto parsed = parse_npm_lockfile("{\"lockfileVersion\":3,\"packages\":{" + packages + "}}",
                                     "package-lock.json", nullptr, diagnostics);
    REQUIRE(parsed);
    lockfile = std::move(*parsed);
    options.targets = {*find_target("linux-x64"), *find_target("darwin-arm64"),
                       *find_target("win-x64")};
  }
  auto closures() { return find_closures(lockfile, options, {}, diagnostics); }
};

std::string names_of(const PackageGraph& graph) {
  std::string names;
  for (const PackageNode& node : graph.packages) names += " " + node.package->name;
  return names;
}

}  // namespace

TEST_CASE("each target gets its own closure, and together they are every package once") {
  Scene scene(R"("":{"name":"p","dependencies":{"both":"^1.0.0"},
                     "optionalDependencies":{"on-mac":"^1.0.0","on-linux":"^1.0.0"}},)" +
              package("both") + "," + package("on-mac", R"(,"optional":true,"os":["darwin"])") +
              "," + package("on-linux", R"(,"optional":true,"os":["linux"])"));
  auto closures = scene.closures();
  REQUIRE(closures);
  REQUIRE(closures->size() == 3);
  CHECK(names_of(closures->at(0)) == " p both on-linux");
  CHECK(names_of(closures->at(1)) == " p both on-mac");
  CHECK(names_of(closures->at(2)) == " p both");
  CHECK(names_of(united(*closures)) == " p both on-linux on-mac");
}

TEST_CASE("what is missing for any target is said for all of them at once") {
  Scene scene(R"("":{"name":"p","dependencies":{"mac":"^1.0.0","win":"^1.0.0"}},)" +
              package("mac", R"(,"os":["darwin"])") + "," + package("win", R"(,"os":["win32"])"));
  auto closures = scene.closures();
  REQUIRE_FALSE(closures);
  CHECK(closures.error().code == "platform-unsupported");
  CHECK(closures.error().message.find("linux-x64") != std::string::npos);
  size_t others = 0;
  for (const Error& error : scene.diagnostics.errors())
    if (error.message.find("darwin-arm64") != std::string::npos ||
        error.message.find("win-x64") != std::string::npos)
      ++others;
  CHECK(others == 2);
}

TEST_CASE("a package without a proof is refused whichever target needs it") {
  Scene scene(R"("":{"name":"p","optionalDependencies":{"on-win":"^1.0.0"}},)"
              R"("node_modules/on-win":{"version":"1.0.0","optional":true,"os":["win32"],
                 "resolved":"https://registry.example.org/on-win.tgz"})");
  CHECK(scene.closures().error().code == "integrity-missing");
  scene.options.targets = {*find_target("linux-x64")};
  CHECK(scene.closures());
}
