#include "lockfile/manifest.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {
Manifest parsed(const char* text) {
  auto manifest = parse_manifest(text, "package.json");
  REQUIRE(manifest);
  return std::move(*manifest);
}
}  // namespace

TEST_CASE("a manifest gives all that later stages ask for") {
  Manifest manifest = parsed(R"({
    "name": "@s/app", "version": "1.0.0", "type": "module", "main": "index.js",
    "bin": "./cli.js", "files": ["lib"], "os": ["linux"], "cpu": "x64",
    "engines": {"node": ">=20"},
    "scripts": {"postinstall": "node build.js", "test": "x"},
    "workspaces": {"packages": ["packages/*"]},
    "dependencies": {"a": "^1.0.0", "b": "2"},
    "optionalDependencies": {"b": "2"},
    "devDependencies": {"a": "*", "c": "3"},
    "peerDependencies": {"c": ">=3", "d": "4", "e": "5"},
    "peerDependenciesMeta": {"e": {"optional": true}},
    "bundleDependencies": ["a"]})");
  CHECK(manifest.name == "@s/app");
  CHECK(manifest.bin == std::map<std::string, std::string>{{"app", "cli.js"}});
  CHECK(manifest.platform.cpu == std::vector<std::string>{"x64"});
  CHECK(manifest.engines_node == ">=20");
  CHECK(manifest.scripts.any());
  CHECK(manifest.workspaces == std::vector<std::string>{"packages/*"});
  CHECK(manifest.bundle_dependencies == std::vector<std::string>{"a"});
  CHECK(manifest.find("a")->kind == DependencyKind::kProduction);
  CHECK(manifest.find("a")->position.position().line == 7);
  CHECK(manifest.find("b")->kind == DependencyKind::kOptional);
  CHECK(manifest.find("c")->kind == DependencyKind::kDevelopment);
  CHECK(manifest.find("d")->kind == DependencyKind::kPeer);
  CHECK(manifest.find("e")->kind == DependencyKind::kOptionalPeer);
  CHECK(manifest.oddities.empty());
}

TEST_CASE("members of odd types are left out and listed") {
  Manifest manifest = parsed(R"({"name": 1, "version": null, "bin": 5, "scripts": [],
    "dependencies": [], "devDependencies": {"a": 1, "../b": "1"}, "overrides": "x"})");
  CHECK(manifest.name.empty());
  CHECK(manifest.bin.empty());
  CHECK(manifest.dependencies.empty());
  CHECK(manifest.oddities.size() == 4);
}

TEST_CASE("a command's path stays inside the package") {
  Manifest manifest =
      parsed(R"({"name": "x", "bin": {"a": "../../../etc/passwd", "../b": "./b.js", "c": 1}})");
  CHECK(manifest.bin == std::map<std::string, std::string>{{"a", "etc/passwd"}, {"b", "b.js"}});
}

TEST_CASE("bundling everything means the production dependencies") {
  CHECK(parsed(R"({"dependencies": {"a": "1"}, "devDependencies": {"b": "1"},
                   "bundledDependencies": true})")
            .bundle_dependencies == std::vector<std::string>{"a"});
}

TEST_CASE("what is no manifest is refused with a position") {
  CHECK(parse_manifest("[]", "p").error().code == "manifest-not-object");
  CHECK(parse_manifest("{", "p").error().code == "json-syntax");
  auto conflict = parse_manifest("{\n<<<<<<< ours\n}", "p");
  CHECK(conflict.error().code == "manifest-conflict");
  CHECK(conflict.error().position->line == 2);
}
