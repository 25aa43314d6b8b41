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
