// What every kind of lockfile has to be refused for, or warned of: one project, one change each.
// The rows are those in which a package manager accepts what nobody should build from, and those it
// refuses itself. What is only seen in a tarball's bytes is in tests/unit/acquire and
// tests/e2e/refusals.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <map>

#include "packer/cast/closures.h"
#include "packer/cast/project.h"

using namespace ingot;

namespace {

const std::string kSha512 =
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/"
    "SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
const std::string kManifest =
    R"({"name": "app", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}})";

struct Kind {
  std::string name, file, text;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"npm 3", "package-lock.json", R"({"name": "app", "version": "1.0.0", "lockfileVersion": 3,
  "packages": {
    "": {"name": "app", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}},
    "node_modules/a": {"version": "1.1.0", "integrity": "SHA-A", "dependencies": {"b": "^2.0.0"}},
    "node_modules/b": {"version": "2.0.0", "integrity": "SHA-B"}
  }
})"},
      {"npm 1", "package-lock.json",
       R"({"name": "app", "version": "1.0.0", "lockfileVersion": 1, "requires": true,
  "dependencies": {
    "a": {"version": "1.1.0", "integrity": "SHA-A", "requires": {"b": "^2.0.0"}},
    "b": {"version": "2.0.0", "integrity": "SHA-B"}
  }
})"},
      {"yarn 1", "yarn.lock", R"(# yarn lockfile v1


a@^1.0.0:
  version "1.1.0"
  resolved "https://registry.example.org/a/-/a-1.1.0.tgz"
  integrity SHA-A
  dependencies:
    b "^2.0.0"

b@^2.0.0:
  version "2.0.0"
  resolved "https://registry.example.org/b/-/b-2.0.0.tgz"
  integrity SHA-B
)"},
      {"yarn 4", "yarn.lock", R"(__metadata:
  version: 8
  cacheKey: 10c0

"a@npm:^1.0.0":
  version: 1.1.0
  resolution: "a@npm:1.1.0"
  dependencies:
    b: "npm:^2.0.0"
  checksum: 10c0/SHA-A
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    a: "npm:^1.0.0"
  languageName: unknown
  linkType: soft

"b@npm:^2.0.0":
  version: 2.0.0
  resolution: "b@npm:2.0.0"
  checksum: 10c0/SHA-B
  languageName: node
  linkType: hard
)"},
      {"pnpm 9", "pnpm-lock.yaml", R"(lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.1.0

packages:

  a@1.1.0:
    resolution: {integrity: SHA-A}

  b@2.0.0:
    resolution: {integrity: SHA-B}

snapshots:

  a@1.1.0:
    dependencies:
      b: 2.0.0

  b@2.0.0: {}
)"},
      {"pnpm 5", "pnpm-lock.yaml", R"(lockfileVersion: 5.4

specifiers:
  a: ^1.0.0

dependencies:
  a: 1.1.0

packages:

  /a/1.1.0:
    resolution: {integrity: SHA-A}
    dependencies:
      b: 2.0.0

  /b/2.0.0:
    resolution: {integrity: SHA-B}
)"},
      {"bun", "bun.lock", R"({
  "lockfileVersion": 1,
  "workspaces": {
    "": {"name": "app", "dependencies": {"a": "^1.0.0"}},
  },
  "packages": {
    "a": ["a@1.1.0", "", {"dependencies": {"b": "^2.0.0"}}, "SHA-A"],

    "b": ["b@2.0.0", "", {}, "SHA-B"],
  }
})"}};
  return all;
}

using Edit = std::pair<std::string, std::string>;  // the first of these becomes that

std::string edited(std::string text, const std::vector<Edit>& edits) {
  for (const auto& [what, instead] : edits) {
    size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    text.replace(at, what.size(), instead);
  }
  return text;
}

// The codes of the error, or "ok", and behind it those of the warnings.
std::string outcome(const Kind& kind, const std::string& manifest, const std::vector<Edit>& edits) {
  std::string text = edited(kind.text, edits);
  std::string digest = kind.name == "yarn 4" ? std::string(128, 'a') : kSha512;
  for (const char* mark : {"SHA-A", "SHA-B"})
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, 5, digest);
  MemoryFileSystem files;
  files.add("/p/package.json", manifest);
  files.add("/p/" + kind.file, text);
  Diagnostics diagnostics;
  auto project = load_project(files, "/p", {}, diagnostics);
  if (!project) return project.error().code;
  BuildOptions options;
  auto closures = find_closures(project->lockfile, options, {}, diagnostics);
  std::string out = closures ? "ok" : closures.error().code;
  for (const Error& warning : diagnostics.warnings()) out += " " + warning.code;
  return out;
}

// For each kind: the edits, and what has to come of them. A kind that is left out cannot say it.
struct Row {
  std::string name;
  std::string manifest;
  std::map<std::string, std::pair<std::vector<Edit>, std::string>> by_kind;
};

const std::string kAdded =
    R"({"name": "app", "version": "1.0.0", "dependencies": {"a": "^1.0.0", "c": "1.0.0"}})";
const std::string kNarrower =
    R"({"name": "app", "version": "1.0.0", "dependencies": {"a": "^2.0.0"}})";
const std::string kWider =
    R"({"name": "app", "version": "1.0.0", "dependencies": {"a": ">=1.0.0"}})";

std::vector<Row> rows() {
  const std::string evil = "../../evil/node_modules/x";
  return {
      {"nothing changed",
       kManifest,
       {{"npm 3", {{}, "ok"}},
        {"npm 1", {{}, "ok"}},
        {"yarn 1", {{}, "ok"}},
        {"yarn 4", {{}, "ok"}},
        {"pnpm 9", {{}, "ok"}},
        {"pnpm 5", {{}, "ok"}},
        {"bun", {{}, "ok"}}}},
      {"a dependency that only package.json has",
       kAdded,
       {{"npm 3", {{}, "drift-missing"}},
        {"npm 1", {{}, "drift-missing"}},
        {"yarn 1", {{}, "drift-missing"}},
        {"yarn 4", {{}, "drift-missing"}},
        {"pnpm 9", {{}, "drift-missing"}},
        {"pnpm 5", {{}, "drift-missing"}},
        {"bun", {{}, "drift-missing"}}}},
      {"a range that the locked version no longer satisfies",
       kNarrower,
       {{"npm 3", {{}, "drift-invalid"}},
        {"npm 1", {{}, "drift-invalid"}},
        {"yarn 1", {{}, "drift-missing"}},
        {"yarn 4", {{}, "drift-invalid"}},
        {"pnpm 9", {{}, "drift-invalid"}},
        {"pnpm 5", {{}, "drift-invalid"}},
        {"bun", {{}, "drift-invalid"}}}},
      {"another range that is still satisfied",
       kWider,
       {{"npm 3", {{}, "ok drift-specification"}},
        {"npm 1", {{}, "ok"}},
        {"yarn 1", {{}, "drift-missing"}},
        {"yarn 4", {{}, "ok drift-specification"}},
        {"pnpm 9", {{}, "ok drift-specification"}},
        {"pnpm 5", {{}, "ok drift-specification"}},
        {"bun", {{}, "ok drift-specification"}}}},
      {"a transitive package that is not there",
       kManifest,
       {{"npm 3", {{{"\"node_modules/b\"", "\"node_modules/bb\""}}, "drift-missing"}},
        {"npm 1", {{{"\"b\": {\"v", "\"bb\": {\"v"}}, "drift-missing"}},
        {"yarn 1", {{{"b@^2.0.0:", "bb@^2.0.0:"}}, "lockfile-dangling"}},
        {"yarn 4", {{{"\"b@npm:^2.0.0\":", "\"bb@npm:^2.0.0\":"}}, "lockfile-dangling"}},
        {"pnpm 9", {{{"  b@2.0.0: {}", "  bb@2.0.0: {}"}}, "lockfile-dangling"}},
        {"pnpm 5", {{{"/b/2.0.0", "/bb/2.0.0"}}, "lockfile-dangling"}},
        {"bun", {{{"\"b\": [\"b@", "\"bb\": [\"b@"}}, "dependency-missing"}}}},
      {"a package for another platform",
       kManifest,
       {{"npm 3", {{{"\"SHA-B\"", "\"SHA-B\", \"os\": [\"win32\"]"}}, "platform-unsupported"}},
        {"yarn 4",
         {{{"  checksum: 10c0/SHA-B", "  conditions: os=win32"}}, "platform-unsupported"}},
        {"pnpm 9",
         {{{"{integrity: SHA-B}", "{integrity: SHA-B}\n    os: [win32]"}}, "platform-unsupported"}},
        {"pnpm 5",
         {{{"{integrity: SHA-B}", "{integrity: SHA-B}\n    os: [win32]"}}, "platform-unsupported"}},
        {"bun", {{{"\"\", {}", "\"\", {\"os\": \"win32\"}"}}, "platform-unsupported"}}}},
      {"a package nobody needs",
       kManifest,
       {{"npm 3",
         {{{"\"node_modules/b\"",
            "\"node_modules/c\": {\"version\": \"1.0.0\"}, \"node_modules/b\""}},
          "ok drift-unneeded"}},
        {"npm 1",
         {{{"\"b\": {\"v", "\"c\": {\"version\": \"1.0.0\"}, \"b\": {\"v"}}, "ok drift-unneeded"}},
        {"yarn 1", {{{"b@^2.0.0:", "c@^2.0.0:\n  version \"2.0.0\"\n\nb@^2.0.0:"}}, "ok"}},
        {"yarn 4",
         {{{"\"b@npm:^2.0.0\":",
            "\"c@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: "
            "\"c@npm:2.0.0\"\n\n\"b@npm:^2.0.0\":"}},
          "ok"}},
        {"pnpm 9",
         {{{"  b@2.0.0:\n", "  c@2.0.0:\n    resolution: {integrity: SHA-B}\n\n  b@2.0.0:\n"}},
          "ok"}},
        {"pnpm 5",
         {{{"  /b/2.0.0:", "  /c/2.0.0:\n    resolution: {integrity: SHA-A}\n\n  /b/2.0.0:"}},
          "ok"}},
        {"bun",
         {{{"    \"b\": [", "    \"c\": [\"c@2.0.0\", \"\", {}, \"\"],\n    \"b\": ["}}, "ok"}}}},
      {"a package without a digest",
       kManifest,
       {{"npm 3", {{{", \"integrity\": \"SHA-B\"", ""}}, "integrity-missing"}},
        {"npm 1", {{{", \"integrity\": \"SHA-B\"", ""}}, "integrity-missing"}},
        {"yarn 1", {{{"  integrity SHA-B\n", ""}}, "integrity-missing"}},
        {"yarn 4", {{{"  checksum: 10c0/SHA-B\n", ""}}, "integrity-missing"}},
        {"pnpm 9",
         {{{"{integrity: SHA-B}", "{tarball: https://registry.example.org/b/-/b-2.0.0.tgz}"}},
          "integrity-missing"}},
        {"pnpm 5", {{{"{integrity: SHA-B}", "{}"}}, "integrity-missing"}},
        {"bun", {{{"\"SHA-B\"", "\"\""}}, "integrity-missing"}}}},
      {"a digest of an unknown algorithm",
       kManifest,
       {{"npm 3", {{{"SHA-B", "whirlpool-AAAA"}}, "integrity-algorithm"}},
        {"npm 1", {{{"SHA-B", "whirlpool-AAAA"}}, "integrity-algorithm"}},
        {"yarn 1", {{{"SHA-B", "whirlpool-AAAA"}}, "integrity-algorithm"}},
        {"yarn 4", {{{"10c0/SHA-B", "99c9/SHA-B"}}, "integrity-unknown-archive"}},
        {"pnpm 9", {{{"SHA-B", "whirlpool-AAAA"}}, "integrity-algorithm"}},
        {"pnpm 5", {{{"SHA-B", "whirlpool-AAAA"}}, "integrity-algorithm"}},
        {"bun", {{{"SHA-B", "whirlpool-AAAA"}}, "integrity-algorithm"}}}},
      {"a digest that is too short",
       kManifest,
       {{"npm 3", {{{"SHA-B", "sha512-AAAA"}}, "integrity-syntax"}},
        {"npm 1", {{{"SHA-B", "sha512-AAAA"}}, "integrity-syntax"}},
        {"yarn 1", {{{"SHA-B", "sha512-AAAA"}}, "integrity-syntax"}},
        {"yarn 4", {{{"SHA-B", "aaaa"}}, "integrity-syntax"}},
        {"pnpm 9", {{{"SHA-B", "sha512-AAAA"}}, "integrity-syntax"}},
        {"pnpm 5", {{{"SHA-B", "sha512-AAAA"}}, "integrity-syntax"}},
        {"bun", {{{"SHA-B", "sha512-AAAA"}}, "integrity-syntax"}}}},
      {"a digest that is no text",
       kManifest,
       {{"npm 3", {{{"\"SHA-B\"", "5"}}, "lockfile-bad-field"}},
        {"npm 1", {{{"\"SHA-B\"", "[]"}}, "lockfile-bad-field"}},
        {"yarn 4", {{{"10c0/SHA-B", "[x]"}}, "integrity-missing"}},
        {"pnpm 9", {{{"SHA-B", "[x]"}}, "lockfile-bad-field"}},
        {"pnpm 5", {{{"SHA-B", "{x: y}"}}, "lockfile-bad-field"}},
        {"bun", {{{"\"SHA-B\"", "5"}}, "integrity-missing"}}}},
      {"a place out of the project",
       kManifest,
       {{"npm 3", {{{"node_modules/b", evil}}, "lockfile-path-escapes"}},
        {"npm 1", {{{"\"b\": {\"v", "\"../../x\": {\"v"}}, "lockfile-path-escapes"}},
        {"yarn 1", {{{"b@^2.0.0:", "\"../../x@^2.0.0\":"}}, "lockfile-bad-name"}},
        {"yarn 4", {{{"b@npm:2.0.0", "../../x@npm:2.0.0"}}, "lockfile-bad-name"}},
        {"pnpm 9", {{{"      b: 2.0.0", "      '../../x': 2.0.0"}}, "lockfile-bad-name"}},
        {"pnpm 5", {{{"      b: 2.0.0", "      '../../x': 2.0.0"}}, "lockfile-bad-name"}},
        {"bun", {{{"\"b\": [\"b@", "\"../../x\": [\"b@"}}, "lockfile-path-escapes"}}}},
      {"a version that is none",
       kManifest,
       {{"npm 3", {{{"\"2.0.0\"", "\"two\""}}, "lockfile-bad-version"}},
        {"npm 1", {{{"\"2.0.0\"", "\"a b\""}}, "lockfile-bad-version"}},
        {"yarn 1", {{{"\"2.0.0\"", "\"two\""}}, "lockfile-bad-version"}},
        {"yarn 4", {{{"version: 2.0.0", "version: two"}}, "lockfile-bad-version"}},
        {"pnpm 9",
         {{{"b: 2.0.0", "b: two"}, {"b@2.0.0", "b@two"}, {"b@2.0.0", "b@two"}},
          "lockfile-bad-version"}},
        {"pnpm 5", {{{"b: 2.0.0", "b: two"}, {"b/2.0.0", "b/two"}}, "lockfile-bad-version"}},
        {"bun", {{{"b@2.0.0", "b@two"}}, "lockfile-bad-version"}}}},
      {"a format of the future",
       kManifest,
       {{"npm 3", {{{"\"lockfileVersion\": 3", "\"lockfileVersion\": 99"}}, "lockfile-version"}},
        {"npm 1", {{{"\"lockfileVersion\": 1", "\"lockfileVersion\": \"1\""}}, "lockfile-version"}},
        {"yarn 4", {{{"version: 8", "version: 99"}}, "lockfile-version"}},
        {"pnpm 9", {{{"'9.0'", "'99.0'"}}, "lockfile-version"}},
        {"pnpm 5", {{{"5.4", "4.0"}}, "lockfile-version"}},
        {"bun", {{{"\"lockfileVersion\": 1", "\"lockfileVersion\": 99"}}, "lockfile-version"}}}},
      {"merge conflict markers",
       kManifest,
       {{"npm 3",
         {{{"  \"packages\"", "<<<<<<< HEAD\n=======\n>>>>>>> x\n  \"packages\""}},
          "lockfile-conflict"}},
        {"npm 1",
         {{{"  \"dependencies\"", "<<<<<<< HEAD\n=======\n>>>>>>> x\n  \"dependencies\""}},
          "lockfile-conflict"}},
        {"yarn 1", {{{"b@^2", "<<<<<<< HEAD\n=======\n>>>>>>> x\nb@^2"}}, "lockfile-conflict"}},
        {"yarn 4",
         {{{"\"b@npm:^2", "<<<<<<< HEAD\n=======\n>>>>>>> x\n\"b@npm:^2"}}, "lockfile-conflict"}},
        {"pnpm 9",
         {{{"packages:", "<<<<<<< HEAD\n=======\n>>>>>>> x\npackages:"}}, "lockfile-conflict"}},
        {"pnpm 5",
         {{{"packages:", "<<<<<<< HEAD\n=======\n>>>>>>> x\npackages:"}}, "lockfile-conflict"}},
        {"bun",
         {{{"  \"packages\"", "<<<<<<< HEAD\n=======\n>>>>>>> x\n  \"packages\""}},
          "lockfile-conflict"}}}},
      {"a key twice",
       kManifest,
       {{"npm 3", {{{"node_modules/b", "node_modules/a"}}, "json-duplicate-key"}},
        {"npm 1", {{{"\"b\": {\"v", "\"a\": {\"v"}}, "json-duplicate-key"}},
        {"yarn 1", {{{"b@^2.0.0:", "a@^1.0.0:"}}, "yarn-duplicate"}},
        {"yarn 4", {{{"\"b@npm:^2.0.0\":", "\"a@npm:^1.0.0\":"}}, "yaml-duplicate-key"}},
        {"pnpm 9", {{{"  b@2.0.0: {}", "  a@1.1.0: {}"}}, "yaml-duplicate-key"}},
        {"pnpm 5", {{{"/b/2.0.0", "/a/1.1.0"}}, "yaml-duplicate-key"}},
        {"bun", {{{"\"b\": [\"b@", "\"a\": [\"b@"}}, "json-duplicate-key"}}}},
      {"a descriptor in two entries",
       kManifest,
       {{"yarn 4",
         {{{"\"b@npm:^2.0.0\":", "\"b@npm:^2.0.0, a@npm:^1.0.0\":"}},
          "lockfile-descriptor-twice"}}}},
      {"anchors and aliases",
       kManifest,
       {{"yarn 4", {{{"version: 2.0.0", "version: &v 2.0.0"}}, "yaml-unsupported"}},
        {"pnpm 9", {{{"b: 2.0.0", "b: &v 2.0.0"}}, "yaml-unsupported"}},
        {"pnpm 5", {{{"b: 2.0.0", "b: &v 2.0.0"}}, "yaml-unsupported"}}}},
      {"a cycle of aliases",
       kManifest,
       {{"yarn 4",
         {{{"  dependencies:\n    b", "  dependencies: &x\n    c: *x\n    b"}},
          "yaml-unsupported"}},
        {"pnpm 9", {{{"packages:", "packages: &x\n  c: *x\n"}}, "yaml-unsupported"}},
        {"pnpm 5", {{{"packages:", "packages: &x\n  c: *x\n"}}, "yaml-unsupported"}}}},
      {"a tag",
       kManifest,
       {{"yarn 4", {{{"version: 2.0.0", "version: !!float 2.0.0"}}, "yaml-unsupported"}},
        {"pnpm 9", {{{"b: 2.0.0", "b: !x 2.0.0"}}, "yaml-unsupported"}},
        {"pnpm 5", {{{"b: 2.0.0", "b: !!str 2.0.0"}}, "yaml-unsupported"}}}},
      {"bytes that are no UTF-8",
       kManifest,
       {{"npm 3", {{{"\"2.0.0\"", "\"2.0.0-\xC0\x80\""}}, "json-syntax"}},
        {"npm 1", {{{"\"2.0.0\"", "\"2.0.0-\xFF\""}}, "json-syntax"}},
        {"yarn 1", {{{"\"2.0.0\"", "\"2.0.0-\xED\xA0\x80\""}}, "yarn-syntax"}},
        {"yarn 4", {{{"version: 2.0.0", "version: 2.0.0-\xFF"}}, "yaml-syntax"}},
        {"pnpm 9", {{{"b: 2.0.0", "b: 2.0.0\xFF"}}, "yaml-syntax"}},
        {"pnpm 5", {{{"b: 2.0.0", "b: 2.0.0\xFF"}}, "yaml-syntax"}},
        {"bun", {{{"b@2.0.0", "b@2.0.0\xFF"}}, "json-syntax"}}}},
      {"deep nesting",
       kManifest,
       {{"npm 3",
         {{{"\"SHA-B\"", "\"SHA-B\", \"x\": " + std::string(5'000'000, '[')}}, "json-too-deep"}},
        {"npm 1",
         {{{"\"SHA-B\"", "\"SHA-B\", \"x\": " + std::string(5'000'000, '[')}}, "json-too-deep"}},
        {"yarn 1",
         {{{"  dependencies:\n", std::string(5'000'000, ' ') + "dependencies:\n"}}, "yarn-syntax"}},
        {"yarn 4",
         {{{"version: 2.0.0", "version: " + std::string(5'000'000, '[')}}, "yaml-too-deep"}},
        {"pnpm 9", {{{"b: 2.0.0", "b: " + std::string(5'000'000, '{')}}, "yaml-syntax"}},
        {"pnpm 5", {{{"b: 2.0.0", "b: " + std::string(5'000'000, '[')}}, "yaml-too-deep"}},
        {"bun", {{{"\"SHA-B\"", std::string(5'000'000, '[')}}, "json-too-deep"}}}},
      {"text that is no lockfile",
       kManifest,
       {{"npm 3", {{{"{", "["}}, "json-syntax"}},
        {"npm 1", {{{"{", "hello"}}, "json-syntax"}},
        {"yarn 1", {{{"a@^1.0.0:", "hello"}}, "yarn-syntax"}},
        {"yarn 4", {{{"\"a@npm:^1.0.0\":", "hello"}}, "yaml-syntax"}},
        {"pnpm 9", {{{"importers:", "hello"}}, "yaml-syntax"}},
        {"pnpm 5", {{{"specifiers:", "hello"}}, "yaml-syntax"}},
        {"bun", {{{"{", "["}}, "json-syntax"}}}},
  };
}

}  // namespace

TEST_CASE("each row of the strictness table holds for every kind of lockfile") {
  size_t count = 0;
  for (const Row& row : rows())
    for (const auto& [name, expected] : row.by_kind) {
      const Kind& kind = *std::ranges::find(kinds(), name, &Kind::name);
      CAPTURE(row.name, name);
      CHECK(outcome(kind, row.manifest, expected.first) == expected.second);
      ++count;
    }
  std::cout << "rows of strictness: " << count << " compared\n";
  CHECK(count > 100);
}
