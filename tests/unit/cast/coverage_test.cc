#include "packer/cast/coverage.h"

#include <catch2/catch.hpp>

#include "lockfile/npm_lockfile.h"

using namespace ingot;

namespace {

// A project that depends on "tool", which has the named packages as optional dependencies. Their
// "os" and "cpu" are what their names say.
struct Scene {
  std::string dependency = "dependencies";
  MissingPlatforms policy = MissingPlatforms::kRefused;
  Diagnostics diagnostics;

  std::string missing(const std::vector<std::string>& platform_packages,
                      const std::string& target) {
    std::string optional, entries;
    for (const std::string& name : platform_packages) {
      size_t dash = name.rfind('-');
      size_t start = name.rfind('-', dash - 1);
      if (start == std::string::npos) start = name.rfind('/', dash - 1);
      std::string os = name.substr(start + 1, dash - start - 1), cpu = name.substr(dash + 1);
      optional += (optional.empty() ? "\"" : ",\"") + name + "\":\"1.0.0\"";
      entries += ",\"node_modules/" + name + R"(":{"version":"1.0.0","optional":true,"os":[")" +
                 os + R"("],"cpu":[")" + cpu + "\"]}";
    }
    std::string more = dependency == "dependencies" ? "" : R"("optional":true,)";
    auto lockfile = parse_npm_lockfile(R"({"lockfileVersion":3,"packages":{"":{"name":"p",")" +
                                           dependency + R"(":{"tool":"^1.0.0"}},
         "node_modules/tool":{"version":"1.0.0",)" +
                                           more + R"("optionalDependencies":{)" + optional + "}}" +
                                           entries + "}}",
                                       "package-lock.json", nullptr, diagnostics);
    REQUIRE(lockfile);
    auto graph = resolve_packages(*lockfile, *find_target(target), diagnostics);
    REQUIRE(graph);
    Status covered = check_coverage(*lockfile, {&*graph, 1}, policy, diagnostics);
    if (!covered) return covered.error().message;
    for (const Error& warning : diagnostics.warnings())
      if (warning.code == "platform-missing") return "warning: " + warning.message;
    return "";
  }
};

const std::vector<std::string> kEsbuild = {"@esbuild/linux-x64", "@esbuild/linux-arm64",
                                           "@esbuild/darwin-arm64", "@esbuild/win32-x64"};
const std::vector<std::string> kSharp = {"@img/sharp-linux-x64", "@img/sharp-win32-x64",
                                         "@img/sharp-libvips-linux-x64",
                                         "@img/sharp-libvips-darwin-x64"};

}  // namespace

TEST_CASE("a package whose platform packages leave a target out is named") {
  CHECK(Scene().missing(kEsbuild, "linux-x64") == "");
  CHECK(Scene().missing(kEsbuild, "win-x64") == "");
  CHECK(Scene().missing(kEsbuild, "darwin-x64") ==
        "tool@1.0.0 has packages for other platforms (@esbuild/*), and none for darwin-x64");
}

TEST_CASE("one of several sets is enough: not every platform needs all") {
  CHECK(Scene().missing(kSharp, "win-x64") == "");
  CHECK(Scene().missing(kSharp, "linux-x64") == "");
  CHECK(Scene().missing(kSharp, "linux-arm64") != "");
}

TEST_CASE("helpers for single systems are no set") {
  CHECK(Scene().missing({"fsevents-darwin-x64"}, "linux-x64") == "");
  CHECK(Scene().missing({"darwin-x64", "win32-x64"}, "linux-x64") == "");
  CHECK(Scene().missing({"a-darwin-x64", "a-darwin-arm64"}, "linux-x64") == "");
  CHECK(Scene().missing({"a-darwin-x64", "b-win32-x64"}, "linux-x64") == "");
  CHECK(Scene().missing({"a-darwin-x64", "a-win32-x64"}, "linux-x64") != "");
}

TEST_CASE("what may be absent, or is allowed to, is only warned of") {
  Scene optional;
  optional.dependency = "optionalDependencies";
  CHECK(optional.missing(kEsbuild, "darwin-x64").starts_with("warning: tool@1.0.0"));
  Scene allowed;
  allowed.policy = MissingPlatforms::kAllowed;
  CHECK(allowed.missing(kEsbuild, "darwin-x64").starts_with("warning: tool@1.0.0"));
}
