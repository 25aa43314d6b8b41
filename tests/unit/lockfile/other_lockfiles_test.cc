// The lockfiles of pnpm, yarn and bun: what is read from them, and what is made of damaged ones.
#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
#include <random>

#include "base/file_system.h"
#include "lockfile/berry_lockfile.h"
#include "lockfile/bun_lockfile.h"
#include "lockfile/importer_drift.h"
#include "lockfile/peer_instances.h"
#include "lockfile/placement.h"
#include "lockfile/pnpm_lockfile.h"
#include "lockfile/yarn_lockfile.h"

using namespace ingot;

namespace {

const std::string kDigest =
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/"
    "SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

const std::string kPnpm9 = R"(lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
overrides:
  c: 1.0.0
importers:
  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0(p@2.0.0)
      alias:
        specifier: npm:@s/b@^1
        version: '@s/b@1.0.0'
      w:
        specifier: workspace:*
        version: link:packages/w
    devDependencies:
      p:
        specifier: 2.0.0
        version: 2.0.0
  packages/w:
    dependencies:
      '@s/b':
        specifier: ^1.0.0
        version: 1.0.0
packages:
  '@s/b@1.0.0':
    resolution: {integrity: DIGEST}
    os: [linux, darwin]
    cpu: ['!arm']
  a@1.0.0:
    resolution: {integrity: DIGEST}
    peerDependencies:
      p: '*'
  p@2.0.0:
    resolution: {integrity: DIGEST}
snapshots:
  '@s/b@1.0.0': {}
  a@1.0.0(p@2.0.0):
    dependencies:
      p: 2.0.0
    optionalDependencies:
      '@s/b': 1.0.0
  p@2.0.0: {}
)";

const std::string kPnpm5 = R"(lockfileVersion: 5.4
specifiers:
  a: ^1.0.0
dependencies:
  a: 1.0.0_p@2.0.0
packages:
  /a/1.0.0_p@2.0.0:
    resolution: {integrity: DIGEST}
    dependencies:
      '@s/b': 1.0.0
      p: 2.0.0
    dev: false
  /@s/b/1.0.0:
    resolution: {integrity: DIGEST}
    dev: false
  /p/2.0.0:
    resolution: {integrity: DIGEST}
    dev: false
)";

const std::string kYarn = R"(# yarn lockfile v1


"@s/b@^1.0.0", "@s/b@^1.0.1":
  version "1.0.1"
  resolved "https://registry.example.org/@s/b/-/b-1.0.1.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"
  integrity DIGEST

a@^1.0.0:
  version "1.0.0"
  resolved "https://registry.example.org/a/-/a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"
  dependencies:
    "@s/b" "^1.0.0"
  optionalDependencies:
    g "https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789"

"alias@npm:a@^1.0.0":
  version "1.0.0"
  resolved "https://registry.example.org/a/-/a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"

"g@https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789":
  version "1.0.0"
  resolved "https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789"
)";

const std::string kBerry = R"(__metadata:
  version: 8
  cacheKey: 10c0

"@s/b@npm:^1.0.0":
  version: 1.0.0
  resolution: "@s/b@npm:1.0.0"
  conditions: (os=linux | os=darwin) & cpu=x64 & libc=glibc
  languageName: node
  linkType: hard

"a@npm:^1.0.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    "@s/b": "npm:^1.0.0"
  dependenciesMeta:
    "@s/b":
      optional: true
  peerDependencies:
    p: "*"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch":
  version: 1.0.0
  resolution: "a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=abcdef"
  dependencies:
    "@s/b": "npm:^1.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    a: "npm:^1.0.0"
    p: "npm:p@2.0.0"
    w: "workspace:^"
  languageName: unknown
  linkType: soft

"p@npm:2.0.0, p@npm:p@2.0.0":
  version: 2.0.0
  resolution: "p@npm:2.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"w@workspace:^, w@workspace:packages/w":
  version: 0.0.0-use.local
  resolution: "w@workspace:packages/w"
  languageName: unknown
  linkType: soft
)";

const std::string kBun = R"({
  "lockfileVersion": 1,
  "workspaces": {
    "": {"name": "app", "dependencies": {"a": "^1.0.0", "w": "workspace:*"},
         "devDependencies": {"d": "1"}},
    "packages/w": {"name": "w", "version": "1.0.0", "dependencies": {"@s/b": "^2.0.0"}},
  },
  "packages": {
    "a": ["a@1.0.0", "", {"dependencies": {"@s/b": "^1"}, "peerDependencies": {"p": "*"},
          "optionalPeers": ["p"], "os": ["linux", "darwin"], "bin": {"a": "cli.js"}}, "DIGEST"],
    "d": ["d@1.0.0", "", {}, "DIGEST"],
    "@s/b": ["@s/b@1.0.0", "https://npm.example.org/", {}, "DIGEST"],
    "w": ["w@workspace:packages/w"],
    "w/@s/b": ["@s/b@2.0.0", "", {}, "DIGEST"],
    "g": ["g@github:u/r#98e8ff1", {}, "u-r-98e8ff1"],
  }
})";

std::string filled(std::string text) {
  std::string hex(128, 'a');
  for (auto [mark, value] : {std::pair(std::string("DIGEST"), kDigest), {"HEX", hex}})
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
      text.replace(at, mark.size(), value);
  return text;
}

const Manifest& app_manifest() {
  static const Manifest manifest = parse_manifest(R"({"name": "app", "version": "1.0.0",
        "dependencies": {"a": "^1.0.0", "alias": "npm:a@^1.0.0"}})",
                                                  "package.json")
                                       .value();
  return manifest;
}
const LocalManifest kApp[] = {{"", &app_manifest()}};

const PackageInstance& instance(const InstanceGraph& graph, std::string_view key) {
  for (const PackageInstance& found : graph.instances)
    if (found.key == key) return found;
  FAIL("no instance " << key);
  return graph.instances.front();
}

std::string target_of(const InstanceGraph& graph, const PackageInstance& from,
                      std::string_view name) {
  for (size_t d = 0; d < from.targets.size(); ++d)
    if (from.package.dependencies[d].name == name)
      return from.targets[d] == kNoInstance ? "nothing" : graph.instances[from.targets[d]].key;
  return "no dependency";
}

}  // namespace

TEST_CASE("a pnpm lockfile of version 9 gives importers, snapshots and their peers") {
  Diagnostics diagnostics;
  auto graph = parse_pnpm_lockfile(filled(kPnpm9), "pnpm-lock.yaml", diagnostics);
  REQUIRE(graph);
  const PackageInstance& project = graph->instances.front();
  CHECK(project.package.source.kind == SourceKind::kProject);
  CHECK(target_of(*graph, project, "a") == "a@1.0.0(p@2.0.0)");
  CHECK(target_of(*graph, project, "alias") == "@s/b@1.0.0");
  CHECK(target_of(*graph, project, "w") == "packages/w");
  CHECK(target_of(*graph, instance(*graph, "packages/w"), "@s/b") == "@s/b@1.0.0");
  const PackageInstance& a = instance(*graph, "a@1.0.0(p@2.0.0)");
  CHECK(target_of(*graph, a, "p") == "p@2.0.0");
  CHECK(a.package.dependencies[0].kind == DependencyKind::kOptional);
  CHECK_FALSE(a.package.integrity.empty());
  CHECK(instance(*graph, "@s/b@1.0.0").package.platform.os ==
        std::vector<std::string>{"linux", "darwin"});
  CHECK(graph->overridden == std::vector<std::string>{"c"});
}

TEST_CASE("a pnpm lockfile of version 5 names the same packages its way") {
  Diagnostics diagnostics;
  auto graph = parse_pnpm_lockfile(filled(kPnpm5), "pnpm-lock.yaml", diagnostics);
  REQUIRE(graph);
  CHECK(target_of(*graph, graph->instances.front(), "a") == "a@1.0.0_p@2.0.0");
  const PackageInstance& a = instance(*graph, "a@1.0.0_p@2.0.0");
  CHECK(a.package.name == "a");
  CHECK(a.package.version == "1.0.0");
  CHECK(target_of(*graph, a, "@s/b") == "@s/b@1.0.0");
}

TEST_CASE("the document that newer pnpm puts in front is skipped, and lines keep their numbers") {
  Diagnostics diagnostics;
  auto graph = parse_pnpm_lockfile("---\nlockfileVersion: env\n\n---\n" + filled(kPnpm9),
                                   "pnpm-lock.yaml", diagnostics);
  REQUIRE(graph);
  auto plain = parse_pnpm_lockfile(filled(kPnpm9), "pnpm-lock.yaml", diagnostics);
  CHECK(instance(*graph, "p@2.0.0").package.position.line ==
        instance(*plain, "p@2.0.0").package.position.line + 4);
}

TEST_CASE("a lockfile of yarn 1 gives what package.json asks for") {
  Diagnostics diagnostics;
  auto graph = parse_yarn_lockfile(filled(kYarn), "yarn.lock", kApp, diagnostics);
  REQUIRE(graph);
  const PackageInstance& project = graph->instances.front();
  CHECK(target_of(*graph, project, "a") == "a@^1.0.0");
  CHECK(target_of(*graph, project, "alias") == "alias@npm:a@^1.0.0");
  CHECK(instance(*graph, "alias@npm:a@^1.0.0").package.name == "a");
  const PackageInstance& a = instance(*graph, "a@^1.0.0");
  CHECK(target_of(*graph, a, "@s/b") == "@s/b@^1.0.0");
  // sha1 is all there is for a, and one more promise for @s/b.
  CHECK_FALSE(a.package.integrity.is_strong());
  CHECK(instance(*graph, "@s/b@^1.0.0").package.integrity.digests().size() == 2);
  const PackageSource& archive =
      instance(*graph,
               "g@https://codeload.github.com/u/r/tar.gz/0123456789012345678901234567890123456789")
          .package.source;
  CHECK(archive.kind == SourceKind::kGit);
}

TEST_CASE("what yarn's lockfile does not have for package.json is missing") {
  auto manifest = parse_manifest(R"({"dependencies": {"a": "^2.0.0"}})", "package.json").value();
  LocalManifest local[] = {{"", &manifest}};
  Diagnostics diagnostics;
  auto graph = parse_yarn_lockfile(filled(kYarn), "yarn.lock", local, diagnostics);
  REQUIRE_FALSE(graph);
  CHECK(graph.error().code == "drift-missing");
}

TEST_CASE("a lockfile of yarn 4 gives workspaces, platforms, checksums and patches") {
  auto manifest = parse_manifest(R"({"name": "app",
      "dependencies": {"a": "^1.0.0", "w": "workspace:^"}, "devDependencies": {"p": "p@2.0.0"}})",
                                 "package.json")
                      .value();
  LocalManifest local[] = {{"", &manifest}};
  Diagnostics diagnostics;
  auto graph = parse_berry_lockfile(filled(kBerry), "yarn.lock", local, diagnostics);
  REQUIRE(graph);
  const PackageInstance& project = graph->instances.front();
  CHECK(target_of(*graph, project, "a") == "a@npm:1.0.0");
  CHECK(target_of(*graph, project, "w") == "w@workspace:packages/w");
  CHECK(project.package.dependencies[1].kind == DependencyKind::kDevelopment);
  const PackageInstance& a = instance(*graph, "a@npm:1.0.0");
  CHECK(a.peers == std::vector<std::string>{"p"});
  CHECK(a.package.dependencies[0].kind == DependencyKind::kOptional);
  REQUIRE(a.package.archive_checksum);
  CHECK(a.package.archive_checksum->cache_key == "10c0");
  CHECK(instance(*graph, "@s/b@npm:1.0.0").package.platform.os ==
        std::vector<std::string>{"linux", "darwin"});
  CHECK_FALSE(instance(*graph, "@s/b@npm:1.0.0").package.archive_checksum);
  const PackageInstance& patched =
      instance(*graph, "a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=abcdef");
  REQUIRE(patched.package.patch);
  CHECK(patched.package.patch->path == ".yarn/patches/a.patch");
}

TEST_CASE("yarn 4's resolutions lead dependencies elsewhere") {
  auto manifest = parse_manifest(R"({"name": "app", "dependencies": {"a": "^1.0.0"},
      "resolutions": {"app/a": "patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch"}})",
                                 "package.json")
                      .value();
  LocalManifest local[] = {{"", &manifest}};
  Diagnostics diagnostics;
  auto graph = parse_berry_lockfile(filled(kBerry), "yarn.lock", local, diagnostics);
  REQUIRE(graph);
  CHECK(target_of(*graph, graph->instances.front(), "a").starts_with("a@patch:"));
}

TEST_CASE("bun's lockfile gives places, also below workspaces") {
  Diagnostics diagnostics;
  auto read = parse_bun_lockfile(filled(kBun), "bun.lock", diagnostics);
  REQUIRE(read);
  const Lockfile* lockfile = &read->lockfile;
  REQUIRE(lockfile->find("node_modules/a"));
  const LockedPackage& a = *lockfile->find("node_modules/a");
  CHECK(a.version == "1.0.0");
  CHECK(a.source.location.empty());
  CHECK(a.dependencies[1].kind == DependencyKind::kOptionalPeer);
  REQUIRE(lockfile->find("packages/w/node_modules/@s/b"));
  CHECK(lockfile->find("packages/w/node_modules/@s/b")->version == "2.0.0");
  REQUIRE(lockfile->find("node_modules/w"));
  CHECK(lockfile->find("node_modules/w")->link_target == "packages/w");
  CHECK(lockfile->find("node_modules/@s/b")->source.location ==
        "https://npm.example.org/@s/b/-/b-1.0.0.tgz");
  CHECK(lockfile->find("node_modules/g")->source.kind == SourceKind::kGit);
}

namespace {

using Reader = std::function<Result<Lockfile>(std::string)>;

Result<Lockfile> read_pnpm(std::string text) {
  Diagnostics diagnostics;
  return place_isolated(TRY(parse_pnpm_lockfile(std::move(text), "f", diagnostics)),
                        {"node_modules/.pnpm", HoistedLinks::kDependencies}, diagnostics);
}
Result<Lockfile> read_yarn(std::string text) {
  Diagnostics diagnostics;
  return place_hoisted(TRY(parse_yarn_lockfile(std::move(text), "f", kApp, diagnostics)),
                       diagnostics);
}
Result<Lockfile> read_berry(std::string text) {
  Diagnostics diagnostics;
  InstanceGraph graph = TRY(parse_berry_lockfile(std::move(text), "f", kApp, diagnostics));
  return place_isolated(TRY(with_peer_instances(graph)),
                        {"node_modules/.store", HoistedLinks::kNone}, diagnostics);
}
Result<Lockfile> read_bun(std::string text) {
  Diagnostics diagnostics;
  BunLockfile read = TRY(parse_bun_lockfile(std::move(text), "f", diagnostics));
  return std::move(read.lockfile);
}

std::string error_of(const Reader& reader, std::string text) {
  auto lockfile = reader(std::move(text));
  return lockfile ? "" : lockfile.error().code;
}

std::string with(std::string text, std::string_view what, std::string_view instead) {
  size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return filled(text.replace(at, what.size(), instead));
}

std::string damaged(std::string text, std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {
      "../",   "/",    "\\", "\"",   "{", "}",      "[",          "]",    ",",  ":",  "@",  "link:",
      "file:", "npm:", "#",  "null", "9", "-",      "..",         "(",    ")",  "::", "%2", "\n",
      "  ",    "\xff", "&",  "*",    "|", "patch:", "workspace:", "git+", "? ", "'",  "\t"};
  auto below = [&](size_t limit) { return static_cast<size_t>(random() % limit); };
  for (size_t edits = 1 + below(4); edits > 0 && !text.empty(); --edits) {
    size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text.erase(at, 1 + below(12));
        break;
      case 1:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(80)));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("other package managers' lockfiles are refused by name for what is wrong with them") {
  std::string conflict = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
  CHECK(error_of(read_pnpm, conflict) == "lockfile-conflict");
  CHECK(error_of(read_yarn, conflict) == "lockfile-conflict");
  CHECK(error_of(read_berry, conflict + filled(kBerry)) == "lockfile-conflict");
  CHECK(error_of(read_bun, conflict) == "lockfile-conflict");

  CHECK(error_of(read_pnpm, with(kPnpm9, "'9.0'", "'10.0'")) == "lockfile-version");
  CHECK(error_of(read_berry, with(kBerry, "version: 8", "version: 99")) == "lockfile-version");
  CHECK(error_of(read_bun, with(kBun, ": 1,", ": 9,")) == "lockfile-version");
  CHECK(error_of(read_yarn, filled(kBerry)) == "lockfile-is-berry");

  CHECK(error_of(read_pnpm, with(kPnpm9, "p@2.0.0:\n    resolution", "x:\n    resolution")) ==
        "lockfile-dangling");
  CHECK(error_of(read_pnpm, with(kPnpm9, "link:packages/w", "link:../w")) ==
        "lockfile-path-escapes");
  CHECK(error_of(read_pnpm, with(kPnpm9, "  packages/w:", "  ../w:")) == "lockfile-path-escapes");
  CHECK(error_of(read_pnpm, with(kPnpm9, "      alias:", "      '../evil':")) ==
        "lockfile-bad-name");
  CHECK(error_of(read_pnpm, with(kPnpm9, "integrity: DIGEST", "integrity: md5-aGk=")) != "");
  CHECK(error_of(read_pnpm, with(kPnpm9, "importers:", "importers: &x\n  ..: *x\nimporters:")) ==
        "yaml-unsupported");
  CHECK(error_of(read_pnpm, with(kPnpm9, "snapshots:", "packages: {}\nsnapshots:")) ==
        "yaml-duplicate-key");

  CHECK(error_of(read_yarn, with(kYarn, "a@^1.0.0:", "a@^1.0.0, a@^1.0.0:")) == "yarn-duplicate");
  CHECK(error_of(read_yarn, with(kYarn, "  version", "   version")) == "yarn-syntax");
  CHECK(error_of(read_yarn, with(kYarn, "version \"1.0.1\"", "version \"x\"")) ==
        "lockfile-bad-version");
  CHECK(error_of(read_yarn, with(kYarn, "\"@s/b\" \"^1.0.0\"", "\"../b\" \"^1.0.0\"")) ==
        "lockfile-bad-name");

  CHECK(error_of(read_berry, with(kBerry, "workspace:packages/w\"\n  lang",
                                  "workspace:../w\"\n  lang")) == "lockfile-path-escapes");
  CHECK(error_of(read_bun, with(kBun, "w@workspace:packages/w", "w@workspace:../w")) != "");
  CHECK(error_of(read_bun, with(kBun, "\"w/@s/b\"", "\"../@s/b\"")) != "");
  CHECK(error_of(read_bun, with(kBun, "\"d\": [\"d@", "\"a\": [\"d@")) == "json-duplicate-key");
}

TEST_CASE("other package managers' lockfiles that are damaged at random are refused or harmless") {
  std::mt19937 random(20240602);
  struct Kind {
    std::string name, text;
    Reader read;
  };
  const Kind kinds[] = {{"pnpm 9", filled(kPnpm9), read_pnpm},
                        {"pnpm 5", filled(kPnpm5), read_pnpm},
                        {"yarn 1", filled(kYarn), read_yarn},
                        {"yarn 4", filled(kBerry), read_berry},
                        {"bun", filled(kBun), read_bun}};
  for (const Kind& kind : kinds) {
    size_t refused = 0, read = 0;
    for (int i = 0; i < 2000; ++i) {
      std::string text = damaged(kind.text, random);
      CAPTURE(kind.name, text);
      auto lockfile = kind.read(text);
      if (!lockfile) {
        CHECK_FALSE(lockfile.error().code.empty());
        ++refused;
        continue;
      }
      ++read;
      for (const LockedPackage& package : lockfile->packages) {
        if (!package.install_path.empty()) CHECK(is_safe_relative_path(package.install_path));
        CHECK_FALSE(lockfile->follow(package).is_link());
      }
    }
    std::cout << "damaged lockfiles of " << kind.name << ": " << refused << " refused, " << read
              << " read\n";
    CHECK(read > 0);
  }
}

TEST_CASE("a lockfile out of step with package.json is told so") {
  Diagnostics diagnostics;
  auto lockfile = read_pnpm(filled(kPnpm9));
  REQUIRE(lockfile);
  auto check = [&](const std::string& json) {
    auto manifest = parse_manifest(json, "package.json").value();
    LocalManifest local[] = {{"", &manifest}};
    Diagnostics found;
    auto status = check_importers(*lockfile, local, found);
    if (!status) return status.error().code;
    return found.warnings().empty() ? std::string() : found.warnings()[0].code;
  };
  std::string rest =
      R"("alias": "npm:@s/b@^1", "w": "workspace:*"}, "devDependencies": {"p": "2.0.0"}})";
  CHECK(check(R"({"dependencies": {"a": "^1.0.0", )" + rest) == "");
  CHECK(check(R"({"dependencies": {"a": "1.x", )" + rest) == "drift-specification");
  CHECK(check(R"({"dependencies": {"a": "^2.0.0", )" + rest) == "drift-invalid");
  CHECK(check(R"({"dependencies": {"new": "^1.0.0", "a": "^1.0.0", )" + rest) == "drift-missing");
  CHECK(check(R"({"dependencies": {)" + rest) == "drift-removed");
}
