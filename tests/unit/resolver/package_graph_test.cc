#include "resolver/package_graph.h"

#include <catch2/catch.hpp>

#include "lockfile/npm_lockfile.h"

using namespace ingot;

namespace {

using List = std::vector<std::string>;

struct Closure {
  Lockfile lockfile;
  Diagnostics diagnostics;
  std::optional<PackageGraph> graph;
  std::optional<Error> error;

  List paths() const {
    List out;
    if (graph)
      for (const PackageNode& node : graph->packages)
        if (!node.package->install_path.empty()) out.push_back(node.package->install_path);
    return out;
  }
  std::string why_skipped(std::string_view path) const {
    for (const SkippedPackage& skipped : graph->skipped)
      if (skipped.package->install_path == path) return skipped.reason;
    return "not skipped";
  }
};

std::unique_ptr<Closure> closure_of(const std::string& packages,
                                    std::string_view target = "linux-x64",
                                    const ResolveOptions& options = {}) {
  auto out = std::make_unique<Closure>();
  auto lockfile = parse_npm_lockfile("{\"lockfileVersion\": 3, \"packages\": {" + packages + "}}",
                                     "package-lock.json", nullptr, out->diagnostics);
  if (!lockfile) FAIL(lockfile.error().code << ": " << lockfile.error().message);
  out->lockfile = std::move(*lockfile);
  auto graph = resolve_packages(out->lockfile, *find_target(target), out->diagnostics, options);
  if (graph)
    out->graph = std::move(*graph);
  else
    out->error = std::move(graph.error());
  return out;
}

}  // namespace

TEST_CASE("development packages stay out, and what they share with production stays in") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1"}, "devDependencies": {"d": "1"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"shared": "1"}},
    "node_modules/d": {"version": "1.0.0", "dependencies": {"shared": "1", "only-d": "1"}},
    "node_modules/only-d": {"version": "1.0.0"}, "node_modules/shared": {"version": "1.0.0"})");
  CHECK(closure->paths() == List{"node_modules/a", "node_modules/shared"});
  CHECK(closure->why_skipped("node_modules/only-d") == "development only");
}

TEST_CASE("flags of the lockfile are not trusted") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "dev": true},
    "node_modules/b": {"version": "1.0.0"})");
  CHECK(closure->paths() == List{"node_modules/a"});
  CHECK(closure->why_skipped("node_modules/b") == "needed by nothing");
}

TEST_CASE("edges lead to the nearest node_modules folder upwards") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1", "c": "1"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
    "node_modules/a/node_modules/b": {"version": "1.0.0", "dependencies": {"c": "1"}},
    "node_modules/b": {"version": "2.0.0"},
    "node_modules/c": {"version": "1.0.0", "dependencies": {"a": "1"}})");
  CHECK(closure->paths() ==
        List{"node_modules/a", "node_modules/a/node_modules/b", "node_modules/c"});
  const PackageNode* b = closure->graph->find("node_modules/a/node_modules/b");
  REQUIRE(b != nullptr);
  CHECK(closure->graph->packages[b->requested_by].package->install_path == "node_modules/a");
}

TEST_CASE("optional packages come when they run on the target") {
  const char* packages = R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "optionalDependencies": {"l": "1", "m": "1", "d": "1"}},
    "node_modules/l": {"version": "1.0.0", "os": ["linux"], "libc": ["glibc"]},
    "node_modules/m": {"version": "1.0.0", "os": ["linux"], "libc": ["musl"]},
    "node_modules/d": {"version": "1.0.0", "os": ["darwin"], "dependencies": {"only-d": "1"}},
    "node_modules/only-d": {"version": "1.0.0"})";
  auto on_linux = closure_of(packages);
  CHECK(on_linux->paths() == List{"node_modules/a", "node_modules/l"});
  CHECK(on_linux->why_skipped("node_modules/m") == "needs libc musl");
  CHECK(on_linux->why_skipped("node_modules/only-d") ==
        "needed only by packages that are left out");
  CHECK(on_linux->graph->find("node_modules/l")->optional);
  CHECK_FALSE(on_linux->graph->find("node_modules/a")->optional);
  CHECK(closure_of(packages, "darwin-arm64")->paths() ==
        List{"node_modules/a", "node_modules/d", "node_modules/only-d"});
}

TEST_CASE("targets have the same packages until one of them needs its own") {
  auto same = [](const std::string& packages) {
    auto closure = closure_of(packages);
    REQUIRE(closure->graph);
    auto other = resolve_packages(closure->lockfile, *find_target("win-x64"), closure->diagnostics);
    REQUIRE(other);
    return have_same_packages(*closure->graph, *other);
  };
  const std::string project = R"("": {"optionalDependencies": {"a": "1"}},)";
  CHECK(same(project + R"("node_modules/a": {"version": "1.0.0"})"));
  CHECK_FALSE(same(project + R"("node_modules/a": {"version": "1.0.0", "os": ["win32"]})"));
}

TEST_CASE("an optional package goes when something it needs does not run here") {
  auto closure = closure_of(R"("": {"optionalDependencies": {"o": "1"}},
    "node_modules/o": {"version": "1.0.0", "dependencies": {"n": "1", "extra": "1"}},
    "node_modules/n": {"version": "1.0.0", "os": ["darwin"]},
    "node_modules/extra": {"version": "1.0.0"})");
  CHECK(closure->paths().empty());
  CHECK(closure->why_skipped("node_modules/o") == "needs n@1.0.0, which needs os darwin");
}

TEST_CASE("a required package that does not run on the target is an error") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "cpu": ["arm64"]})");
  REQUIRE(closure->error);
  CHECK(closure->error->code == "platform-unsupported");
  CHECK(closure->error->position->line == 2);
  CHECK(closure_of(R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "cpu": ["arm64"]})",
                   "linux-arm64")
            ->graph);
}

TEST_CASE("peers are followed; optional ones take only what something else installs") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1"}, "devDependencies": {"dev": "1"}},
    "node_modules/a": {"version": "1.0.0",
      "peerDependencies": {"p": "1", "nobody": "1", "dev": "1", "gone": "1", "absent": "1"},
      "peerDependenciesMeta": {"nobody": {"optional": true}, "dev": {"optional": true},
                               "absent": {"optional": true}}},
    "node_modules/p": {"version": "1.0.0"}, "node_modules/nobody": {"version": "1.0.0"},
    "node_modules/dev": {"version": "1.0.0"})");
  CHECK(closure->paths() == List{"node_modules/a", "node_modules/dev", "node_modules/p"});
  CHECK(closure->why_skipped("node_modules/nobody") == "an optional peer that nothing installs");
  REQUIRE(closure->diagnostics.warnings().size() == 1);
  CHECK(closure->diagnostics.warnings()[0].code == "peer-missing");
}

TEST_CASE("workspaces are part of the application, and their development packages are not") {
  auto closure = closure_of(R"("": {"workspaces": ["packages/*"]},
    "packages/w": {"name": "@s/w", "dependencies": {"a": "1", "own": "1"},
      "devDependencies": {"d": "1"}},
    "packages/w/node_modules/own": {"version": "1.0.0"},
    "node_modules/@s/w": {"resolved": "packages/w", "link": true},
    "node_modules/a": {"version": "1.0.0"}, "node_modules/d": {"version": "1.0.0"})");
  CHECK(closure->paths() ==
        List{"node_modules/@s/w", "node_modules/a", "packages/w", "packages/w/node_modules/own"});
}

TEST_CASE("bundled packages and aliases have their places like any other") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1", "alias": "npm:real@1"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"},
      "bundleDependencies": ["b"]},
    "node_modules/a/node_modules/b": {"version": "9.0.0", "inBundle": true,
      "dependencies": {"not-packed": "1"}},
    "node_modules/alias": {"name": "real", "version": "1.0.0"})");
  CHECK(closure->paths() ==
        List{"node_modules/a", "node_modules/a/node_modules/b", "node_modules/alias"});
}

TEST_CASE("a required dependency that is nowhere is an error, all of them at once") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1", "b": "1"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"c": "^3"}})");
  REQUIRE(closure->error);
  CHECK(closure->error->code == "dependency-missing");
  CHECK(closure->diagnostics.errors().size() == 1);
}

TEST_CASE("other platforms' packages that are left out give one warning") {
  auto closure = closure_of(R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "optionalDependencies": {
      "@a/darwin-arm64": "1", "@a/win32-x64": "1", "fsevents": "1", "@a/linux-x64-musl": "1"}})");
  CHECK(closure->paths() == List{"node_modules/a"});
  REQUIRE(closure->diagnostics.warnings().size() == 1);
  CHECK(closure->diagnostics.warnings()[0].code == "lockfile-left-out");
  CHECK(closure->diagnostics.warnings()[0].notes.size() == 4);
}

TEST_CASE(
    "other platforms' packages that are left out are nothing to speak of beside the target's") {
  const char* lockfile = R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "optionalDependencies": {
      "@a/darwin-arm64": "1", "@a/linux-arm": "1", "@a/linux-x64-musl": "1", "@a/linux-x64": "1"}},
    "node_modules/@a/linux-x64": {"version": "1.0.0", "optional": true, "os": ["linux"], "cpu": ["x64"]})";
  auto closure = closure_of(lockfile);
  CHECK(closure->paths() == List{"node_modules/@a/linux-x64", "node_modules/a"});
  CHECK(closure->diagnostics.warnings().empty());
  CHECK(closure_of(lockfile, "darwin-arm64")->error->code == "lockfile-incomplete");
}

TEST_CASE("a left-out package is another platform's when the target's own of that set is there") {
  const char* lockfile = R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "optionalDependencies": {
      "a-linux-x64": "1.0.0", "a-unknown-all": "1.0.0"}},
    "node_modules/a-linux-x64": {"version": "1.0.0", "optional": true, "os": ["linux"], "cpu": ["x64"]})";
  auto closure = closure_of(lockfile);
  REQUIRE(closure->graph);
  CHECK(closure->diagnostics.warnings().empty());
  CHECK(closure_of(lockfile, "darwin-arm64")->error->code == "lockfile-incomplete");
  // Not of that set: another version, another name.
  for (const char* other : {R"("a-unknown-all": "2.0.0")", R"("b-unknown-all": "1.0.0")"})
    CHECK(closure_of(std::string(R"("": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "optionalDependencies": {"a-linux-x64": "1.0.0", )") +
                     other + R"(}},
      "node_modules/a-linux-x64": {"version": "1.0.0", "optional": true, "os": ["linux"]})")
              ->error->code == "lockfile-incomplete");
}

TEST_CASE(
    "a platform's package of another version than asked for is an error for that platform alone") {
  const char* packages = R"("": {"dependencies": {"a": "2"}},
    "node_modules/a": {"version": "2.0.0", "optionalDependencies": {"@a/linux": "2.0.0", "@a/mac": "2.0.0"}},
    "node_modules/@a/linux": {"version": "2.0.0", "optional": true, "os": ["linux"]},
    "node_modules/@a/mac": {"version": "1.0.0", "optional": true, "os": ["darwin"]})";
  auto closure = closure_of(packages);
  REQUIRE(closure->graph);
  CHECK(closure->diagnostics.warnings().empty());
  CHECK(closure_of(packages, "darwin-arm64")->error->code == "lockfile-incomplete");
  // Nothing of that kind is there for the target.
  closure = closure_of(packages, "win-x64");
  REQUIRE(closure->graph);
  REQUIRE(closure->diagnostics.warnings().size() == 1);
  CHECK(closure->diagnostics.warnings()[0].notes == List{"@a/mac"});
}

TEST_CASE("a left-out package that the target needs is an error that says how to mend it") {
  const char* packages = R"("": {"dependencies": {"a": "1"}},
    "node_modules/a": {"version": "1.0.0", "optionalDependencies": {"@a/darwin-arm64": "1"}})";
  CHECK(closure_of(packages)->graph);
  auto mac = closure_of(packages, "darwin-arm64");
  REQUIRE(mac->error);
  CHECK(mac->error->code == "lockfile-incomplete");
  CHECK(mac->error->hint.find("npm install") != std::string::npos);
  // A name that tells nothing could be needed.
  CHECK(closure_of(R"("": {"optionalDependencies": {"bufferutil": "4"}})")->error->code ==
        "lockfile-incomplete");
  // An alias is judged by what it stands for.
  CHECK(closure_of(R"("": {"optionalDependencies": {"x": "npm:@a/win32-x64@1"}})")->graph);
}

TEST_CASE("engines are compared with the Node that will run the application") {
  const char* packages = R"("": {"dependencies": {"a": "1"}, "optionalDependencies": {"o": "1"}},
    "node_modules/a": {"version": "1.0.0", "engines": {"node": "<20"}},
    "node_modules/o": {"version": "1.0.0", "engines": {"node": "<20"}})";
  CHECK(closure_of(packages)->paths() == List{"node_modules/a", "node_modules/o"});
  ResolveOptions options;
  options.node_version = "26.10.0";
  auto closure = closure_of(packages, "linux-x64", options);
  CHECK(closure->paths() == List{"node_modules/a"});
  CHECK(closure->why_skipped("node_modules/o") == "needs node <20");
  REQUIRE(closure->diagnostics.warnings().size() == 1);
  CHECK(closure->diagnostics.warnings()[0].code == "engine-unsupported");
}

TEST_CASE("platforms learned from the packages themselves replace the lockfile's") {
  const char* packages = R"("": {"optionalDependencies": {"o": "1"}},
    "node_modules/o": {"version": "1.0.0"})";
  ResolveOptions options;
  options.platforms["node_modules/o"] = {{"darwin"}, {}, {}};
  CHECK(closure_of(packages)->paths() == List{"node_modules/o"});
  CHECK(closure_of(packages, "linux-x64", options)->paths().empty());
}
