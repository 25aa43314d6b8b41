// The lockfiles of pnpm, yarn and bun: what is read from them.
#include <catch2/catch.hpp>

#include "lockfile/importer_drift.h"
#include "tests/unit/lockfile/lockfile_samples.h"

using namespace ingot;

namespace {

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
  CHECK(instance(*graph, "p@2.0.0").package.position.position().line ==
        instance(*plain, "p@2.0.0").package.position.position().line + 4);
}

TEST_CASE("pnpm's lockfile may have only the hash of a patch, and lines of any end") {
  std::string text = filled(kPnpm9);
  text.insert(text.find("importers:"), "patchedDependencies:\n  p@2.0.0: abcdef\n");
  text.insert(0, "---\nlockfileVersion: env\n---\n");
  std::string crlf;
  for (char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& one : {text, crlf}) {
    Diagnostics diagnostics;
    auto graph = parse_pnpm_lockfile(one, "pnpm-lock.yaml", diagnostics);
    REQUIRE(graph);
    const LockedPackage& p = instance(*graph, "p@2.0.0").package;
    REQUIRE(p.patch);
    CHECK(p.patch->files.front().path.empty());
    CHECK_FALSE(p.patch->files.front().optional);
    CHECK(p.patch->digest == "abcdef");
  }
}

TEST_CASE(
    "a patch of pnpm is found by version, by range or by name alone, which then need not fit") {
  auto found = [](const std::string& keys) {
    std::string text = filled(kPnpm9);
    text.insert(text.find("importers:"), "patchedDependencies:\n" + keys);
    Diagnostics diagnostics;
    auto graph = parse_pnpm_lockfile(text, "pnpm-lock.yaml", diagnostics);
    if (!graph) return graph.error().code;
    if (diagnostics.has_errors()) return diagnostics.errors().front().code;
    const auto& patch = instance(*graph, "p@2.0.0").package.patch;
    return patch ? patch->key + (patch->files.front().optional ? "?" : "") : "none";
  };
  CHECK(found("  p: a\n  p@^2.0.0: b\n  p@2.0.0: c\n") == "p@2.0.0");
  CHECK(found("  p: a\n  p@^2.0.0: b\n  p@^1.0.0: c\n") == "p@^2.0.0");
  CHECK(found("  p: a\n  p@^1.0.0: c\n") == "p?");
  CHECK(found("  p@^1.0.0: c\n") == "none");
  CHECK(found("  p@^2.0.0: b\n  p@>=1: c\n") == "lockfile-patch");
}

TEST_CASE("a folder of a git repository is refused by name, whoever locked it") {
  const std::string commit = "0123456789012345678901234567890123456789";
  auto code = [](const auto& read) { return read ? std::string("read") : read.error().code; };
  std::string pnpm = filled(kPnpm9);
  size_t at = pnpm.find("resolution: {integrity", pnpm.find("  p@2.0.0:"));
  size_t end = pnpm.find('\n', at);
  for (const std::string& resolution :
       {"{type: git, repo: https://example.org/r.git, commit: " + commit + ", path: /packages/p}",
        "{tarball: https://codeload.github.com/u/r/tar.gz/" + commit + ", path: packages/p}"}) {
    std::string text = pnpm;
    CHECK(code(read_pnpm(text.replace(at, end - at, "resolution: " + resolution))) ==
          "lockfile-git-folder");
  }
  for (const char* written : {"#workspace=p&commit=", "#cwd=packages%2Fp&commit=", "#commit="}) {
    std::string text = filled(kBerry);
    std::string locator = "resolution: \"p@npm:2.0.0\"";
    text.replace(
        text.find(locator), locator.size(),
        "resolution: \"p@https://example.org/r.git" + std::string(written) + commit + "\"");
    auto manifest =
        parse_manifest(R"({"dependencies": {"p": "npm:p@2.0.0"}})", "package.json").value();
    LocalManifest local[] = {{"", &manifest}};
    Diagnostics diagnostics;
    CHECK(code(parse_berry_lockfile(text, "yarn.lock", local, diagnostics)) ==
          (std::string(written) == "#commit=" ? "read" : "lockfile-git-folder"));
  }
}

TEST_CASE("several patches of yarn apply in their order, those of a patched package first") {
  std::string text = filled(kBerry);
  const std::string one = "a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch";
  const std::string more =
      "a@patch:a@patch%3Aa@npm%253A1.0.0%23~/.yarn/patches/a.patch%3A%3A"
      "version=1.0.0&hash=abcdef#./b.patch&~builtin<x>&optional!c.patch";
  text += "\n\"" + more + "\":\n  version: 1.0.0\n  resolution: \"" + more +
          "::version=1.0.0&hash=ffffff\"\n";
  size_t inner = text.find("hash=abcdef#./b");
  REQUIRE(inner != std::string::npos);
  // What stands in the locator is encoded once more than in the entry it leads to.
  for (size_t at = text.find("1.0.0&hash=abcdef#./b"); at != std::string::npos;
       at = text.find("1.0.0&hash=abcdef#./b"))
    text.replace(at, 21, "1.0.0%26hash%3Dabcdef#./b");
  Diagnostics diagnostics;
  auto graph = parse_berry_lockfile(text, "yarn.lock", kApp, diagnostics);
  REQUIRE(graph);
  const PackageInstance* found = nullptr;
  for (const PackageInstance& instance : graph->instances)
    if (instance.key.ends_with("hash=ffffff")) found = &instance;
  REQUIRE(found);
  REQUIRE(found->package.patch);
  std::string paths;
  for (const auto& [path, optional] : found->package.patch->files)
    paths += path + (optional ? "? " : " ");
  CHECK(paths == ".yarn/patches/a.patch b.patch c.patch? ");
  CHECK(found->package.name == "a");
}

TEST_CASE("a runtime in pnpm's lockfile is no package, and is left out with a warning") {
  Diagnostics diagnostics;
  auto graph = parse_pnpm_lockfile(R"(lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      node:
        specifier: runtime:^24.0.0
        version: runtime:24.4.1
packages:
  node@runtime:24.4.1:
    hasBin: true
    resolution:
      type: variations
      variants:
        - resolution: {archive: tarball, bin: bin/node, integrity: sha256-aaaa, type: binary}
          targets: [{cpu: x64, os: linux}]
    version: 24.4.1
snapshots:
  node@runtime:24.4.1: {}
)",
                                   "pnpm-lock.yaml", diagnostics);
  REQUIRE(graph);
  CHECK(graph->instances.size() == 1);
  CHECK(graph->instances[0].package.dependencies.empty());
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == "lockfile-runtime");
  CHECK(diagnostics.warnings()[0].message.find("node 24.4.1") != std::string::npos);

  auto manifest = parse_manifest(R"({"name": "p", "dependencies": {"node": "runtime:^24.0.0"}})",
                                 "package.json");
  REQUIRE(manifest);
  auto lockfile = place_isolated(*graph, {"node_modules/.pnpm"}, diagnostics);
  REQUIRE(lockfile);
  std::vector<LocalManifest> manifests = {{"", &*manifest}};
  CHECK(check_importers(*lockfile, manifests, diagnostics));
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
  CHECK(patched.package.patch->files.front().path == ".yarn/patches/a.patch");
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

TEST_CASE("what yarn 4 leaves to a catalog is led on by what the catalog says") {
  const std::string text = R"(__metadata:
  version: 8
"p@workspace:.":
  version: 0.0.0-use.local
  resolution: "p@workspace:."
  dependencies:
    a: "catalog:"
    b: "catalog:old"
  linkType: soft
"a@npm:^1.0.0":
  version: 1.2.0
  resolution: "a@npm:1.2.0"
"b@npm:1.0.0":
  version: 1.0.0
  resolution: "b@npm:1.0.0"
)";
  Diagnostics diagnostics;
  auto targets = [&](const BerryCatalogs& catalogs) {
    auto graph = parse_berry_lockfile(text, "yarn.lock", {}, diagnostics, catalogs);
    REQUIRE(graph);
    std::string out;
    for (size_t target : graph->instances[0].targets)
      out += target == kNoInstance ? "none " : graph->instances[target].key + " ";
    return out;
  };
  CHECK(targets({{"", {{"a", "^1.0.0"}}}, {"old", {{"b", "npm:1.0.0"}}}}) ==
        "a@npm:1.2.0 b@npm:1.0.0 ");
  CHECK(targets({{"", {{"b", "1.0.0"}}}}) == "none none ");
}

TEST_CASE("a resolution may be for one version of the parent") {
  for (auto [rule, holds] : {std::pair("a@npm:1.0.0/@s/b", true), {"a@npm:1.0.1/@s/b", false}}) {
    auto manifest = parse_manifest(R"({"name": "app", "dependencies": {"a": "^1.0.0"},
        "resolutions": {")" + std::string(rule) +
                                       R"(": "npm:p@2.0.0"}})",
                                   "package.json")
                        .value();
    LocalManifest local[] = {{"", &manifest}};
    std::string text = filled(kBerry);
    text.replace(text.find("p@npm:2.0.0, "), 13, "p@npm:2.0.0, @s/b@npm:p@2.0.0, ");
    Diagnostics diagnostics;
    auto graph = parse_berry_lockfile(text, "yarn.lock", local, diagnostics);
    REQUIRE(graph);
    CHECK(target_of(*graph, instance(*graph, "a@npm:1.0.0"), "@s/b") ==
          (holds ? "p@npm:2.0.0" : "@s/b@npm:1.0.0"));
  }
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
