// Lockfiles made to do harm: each has to end in an error, none in a crash.
#include <catch2/catch.hpp>
#include <iostream>
#include <random>

#include "base/file_system.h"
#include "lockfile/drift.h"
#include "lockfile/npm_lockfile.h"
#include "lockfile/proofs.h"
#include "lockfile/semver.h"
#include "lockfile/specification.h"
#include "lockfile/workspace_pattern.h"
#include "tests/unit/lockfile/damage.h"

using namespace ingot;

namespace {

const std::string kFolder = std::string(INGOT_SOURCE_DIR) + "/tests/hostile/lockfile";

const std::string kValid = R"({
  "name": "app", "version": "1.0.0", "lockfileVersion": 2, "requires": true,
  "packages": {
    "": {"name": "app", "workspaces": ["packages/*"], "dependencies": {"a": "^1.0.0"}},
    "packages/w": {"version": "1.0.0", "devDependencies": {"a": "1"}},
    "node_modules/w": {"resolved": "packages/w", "link": true},
    "node_modules/a": {"version": "1.0.0", "bin": {"a": "cli.js"}, "os": ["!win32"],
      "resolved": "https://registry.example.org/a/-/a-1.0.0.tgz",
      "integrity": "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
      "dependencies": {"b": "npm:@s/b@^2"}, "bundleDependencies": ["b"],
      "peerDependencies": {"p": ">=1"}, "peerDependenciesMeta": {"p": {"optional": true}}},
    "node_modules/a/node_modules/b": {"name": "@s/b", "version": "2.0.0", "inBundle": true},
    "node_modules/g": {"version": "1.0.0", "optional": true,
      "resolved": "git+ssh://git@example.org/u/r.git#0123456789012345678901234567890123456789"}
  },
  "dependencies": {
    "a": {"version": "1.0.0", "requires": {"b": "^2"},
      "dependencies": {"b": {"version": "npm:@s/b@2.0.0", "bundled": true}}},
    "w": {"version": "file:packages/w"},
    "g": {"version": "github:u/r#0123456789012345678901234567890123456789", "optional": true}
  }
})";

// Everything that later stages do with a lockfile that was let through.
void use(const Lockfile& lockfile, Diagnostics& diagnostics) {
  (void)check_drift(lockfile, {}, diagnostics);
  std::vector<const LockedPackage*> packages;
  for (const LockedPackage& package : lockfile.packages) {
    packages.push_back(&package);
    if (!package.install_path.empty()) CHECK(is_safe_relative_path(package.install_path));
    CHECK_FALSE(lockfile.follow(package).is_link());
  }
  (void)check_proofs(packages, UnverifiedPackages::kRefuse, diagnostics);
}

constexpr std::string_view kPieces[] = {"../",
                                        "/",
                                        "\\",
                                        "\"",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\\u",
                                        "@",
                                        "file:",
                                        "npm:",
                                        "git:",
                                        "#",
                                        "null",
                                        "true",
                                        "99",
                                        "-",
                                        "..",
                                        "^",
                                        "node_modules/",
                                        "||",
                                        "*",
                                        "\xff",
                                        "sha512-",
                                        "link",
                                        "packages"};

}  // namespace

TEST_CASE("every hostile lockfile is refused with a code and a message") {
  auto files = real_file_system().list(kFolder);
  REQUIRE(files);
  size_t count = 0;
  for (const DirectoryEntry& file : *files) {
    CAPTURE(file.name);
    auto text = real_file_system().read(join_path(kFolder, file.name), 1 << 20);
    REQUIRE(text);
    Diagnostics diagnostics;
    auto lockfile = parse_npm_lockfile(std::move(*text), file.name, nullptr, diagnostics);
    CHECK_FALSE(lockfile);
    if (lockfile) continue;
    CHECK_FALSE(lockfile.error().code.empty());
    CHECK_FALSE(lockfile.error().message.empty());
    CHECK(lockfile.error().position);
    ++count;
  }
  std::cout << "hostile lockfiles: " << count << " refused\n";
  CHECK(count > 50);
}

TEST_CASE("a lockfile damaged at random is refused or harmless") {
  std::mt19937 random(20240601);
  size_t refused = 0, read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = damaged(kValid, kPieces, random);
    // Every other one is read by its tree.
    if (i % 2 == 1)
      if (size_t at = text.find("\"lockfileVersion\": 2"); at != std::string::npos)
        text[at + 19] = '1';
    Diagnostics diagnostics;
    auto lockfile = parse_npm_lockfile(std::move(text), "f", nullptr, diagnostics);
    if (!lockfile) {
      ++refused;
      continue;
    }
    ++read;
    use(*lockfile, diagnostics);
  }
  std::cout << "damaged lockfiles: " << refused << " refused, " << read << " read\n";
  CHECK(refused > 0);
  CHECK(read > 0);
}

TEST_CASE("manifests, ranges and specifications damaged at random do no harm") {
  std::mt19937 random(7);
  const std::string manifest = R"({"name": "@s/a", "version": "1.0.0", "bin": {"x": "./y.js"},
    "workspaces": ["packages/*", "!{a,b}/**"], "overrides": {"a@^1": {".": "2", "b": "$c"}},
    "dependencies": {"a": "^1.2.3-x || ~2.x - 3 <= 4", "b": "git+ssh://git@h.org:p/r#semver:^1"}})";
  size_t read = 0;
  for (int i = 0; i < 10000; ++i) {
    auto parsed = parse_manifest(damaged(manifest, kPieces, random), "f");
    if (!parsed) continue;
    ++read;
    for (const Dependency& dependency : parsed->dependencies) {
      (void)satisfies("1.2.3", dependency.range, {SemverMode::kLoose});
      (void)parse_specification(dependency.range);
      (void)OverrideRules::rule_for(parsed->overrides.root(), dependency.name, dependency.range);
    }
    (void)WorkspacePatterns(parsed->workspaces).matches("packages/a");
  }
  CHECK(read > 0);
}
