#include <catch2/catch.hpp>

#include "lockfile/berry_reference.h"
#include "lockfile/drift.h"
#include "lockfile/importer_drift.h"
#include "lockfile/npm_lockfile.h"
#include "tests/unit/lockfile/lockfile_samples.h"

using namespace ingot;

namespace {

// Read and placed as with "nodeLinker: node-modules".
Result<Lockfile> read_berry_entries(const std::string& entries) {
  Diagnostics diagnostics;
  auto graph =
      parse_berry_lockfile("__metadata:\n  version: 8\n" + entries, "yarn.lock", {}, diagnostics);
  if (!graph) return fail(std::move(graph.error()));
  return place_hoisted(std::move(*graph), diagnostics);
}

// The folder that `name` means to what lies at `from`.
std::string folder_of(const Lockfile& lockfile, std::string_view from, std::string_view name) {
  const LockedPackage* found = lockfile.look_up(from, name);
  return found && found->is_link() ? "\"" + *found->link_target + "\"" : "none";
}

const std::string kWorkspaces = R"("app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    self: "link:."
    w: "workspace:*"
"self@link:.::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "self@link:.::locator=app%40workspace%3A."
"w@workspace:*, w@workspace:packages/w":
  version: 0.0.0-use.local
  resolution: "w@workspace:packages/w"
  dependencies:
    $tools: "link:../../tools"
    one: "portal:./own"
    two: "link:./own"
"$tools@link:../../tools::locator=w%40workspace%3Apackages%2Fw":
  version: 0.0.0-use.local
  resolution: "$tools@link:../../tools::locator=w%40workspace%3Apackages%2Fw"
"one@portal:./own::locator=w%40workspace%3Apackages%2Fw":
  version: 0.0.0-use.local
  resolution: "one@portal:./own::locator=w%40workspace%3Apackages%2Fw"
  dependencies:
    three: "link:./deep"
"two@link:./own::locator=w%40workspace%3Apackages%2Fw":
  version: 0.0.0-use.local
  resolution: "two@link:./own::locator=w%40workspace%3Apackages%2Fw"
"three@link:./deep::locator=one%40portal%3A.%2Fown%3A%3Alocator%3Dw%2540workspace%253Apackages%252Fw":
  version: 0.0.0-use.local
  resolution: "three@link:./deep::locator=one%40portal%3A.%2Fown%3A%3Alocator%3Dw%2540workspace%253Apackages%252Fw"
)";

}  // namespace

TEST_CASE("what yarn 4 links to is relative to who asks, and may have several names") {
  auto lockfile = read_berry_entries(kWorkspaces);
  REQUIRE(lockfile);
  CHECK(folder_of(*lockfile, "", "self") == R"("")");
  CHECK(folder_of(*lockfile, "", "w") == R"("packages/w")");
  CHECK(folder_of(*lockfile, "packages/w", "$tools") == R"("tools")");
  CHECK(folder_of(*lockfile, "packages/w", "one") == R"("packages/w/own")");
  CHECK(folder_of(*lockfile, "packages/w", "two") == R"("packages/w/own")");
  // The portal's dependencies count, whatever else leads to its folder.
  CHECK(folder_of(*lockfile, "packages/w/own", "three") == R"("packages/w/own/deep")");
}

TEST_CASE("a link of yarn 4 that leaves the project is refused where somebody asks for it") {
  std::string text = kWorkspaces;
  for (size_t at = 0; (at = text.find("../../tools", at)) != std::string::npos; at += 14)
    text.insert(at, "../");
  auto lockfile = read_berry_entries(text);
  REQUIRE_FALSE(lockfile);
  CHECK(lockfile.error().code == "lockfile-path-escapes");
}

TEST_CASE("links below links are followed only so far") {
  std::string reference = "link:./a";
  for (int i = 0; i < 100'000; ++i) reference += "::locator=a@link:./a";
  CHECK(berry_source(reference, {}));
}

TEST_CASE("a patch of yarn lies beside who asks for it, or below the project") {
  auto file_of = [](std::string_view file, std::string_view asker) {
    auto patch = parse_berry_patch("patch:a@npm%3A1.0.0#" + std::string(file) +
                                   "::version=1.0.0&hash=abc&locator=" + std::string(asker));
    return patch && !patch->files.empty() ? patch->files.front().path : "none";
  };
  constexpr std::string_view kWorkspace = "w%40workspace%3Apackages%2Fw";
  CHECK(file_of("./a.patch", kWorkspace) == "packages/w/a.patch");
  CHECK(file_of("../../patches/a.patch", kWorkspace) == "patches/a.patch");
  CHECK(file_of("~/patches/a.patch", kWorkspace) == "patches/a.patch");
  CHECK(file_of("optional!./a.patch", "app%40workspace%3A.") == "a.patch");
  CHECK(file_of("~builtin<compat/a>", kWorkspace) == "none");
}

TEST_CASE("what yarn 1 links to is a folder, not a registry's package of that name") {
  auto manifest = parse_manifest(R"({"name": "app", "dependencies": {"a": "link:./packages/a"}})",
                                 "package.json")
                      .value();
  LocalManifest local[] = {{"", &manifest}};
  Diagnostics diagnostics;
  auto graph = parse_yarn_lockfile(
      "# yarn lockfile v1\n\n\"a@link:./packages/a\":\n  version \"1.0.0\"\n  dependencies:\n"
      "    b \"link:./packages/a/b\"\n\n\"b@link:./packages/a/b\":\n  version \"1.0.0\"\n",
      "yarn.lock", local, diagnostics);
  REQUIRE(graph);
  auto lockfile = place_hoisted(std::move(*graph), diagnostics);
  REQUIRE(lockfile);
  CHECK(folder_of(*lockfile, "", "a") == R"("packages/a")");
  CHECK(folder_of(*lockfile, "packages/a", "b") == R"("packages/a/b")");
  for (const LockedPackage& package : lockfile->packages) CHECK_FALSE(package.is_foreign());
}

TEST_CASE("what a folder needs for development is nobody's when it is only linked to") {
  auto lockfile = read_pnpm(filled(kPnpm9));
  REQUIRE(lockfile);
  CHECK(lockfile->workspaces == std::vector<std::string>{"packages/w"});
  auto check = [&](const std::string& json, bool is_linked) {
    auto manifest = parse_manifest(json, "packages/w/package.json").value();
    LocalManifest local[] = {{"packages/w", &manifest, is_linked}};
    Diagnostics diagnostics;
    auto status = check_importers(*lockfile, local, diagnostics);
    return status ? "" : status.error().code;
  };
  const std::string development =
      R"({"dependencies": {"@s/b": "^1.0.0"}, "devDependencies": {"new": "1.0.0"}})";
  CHECK(check(development, true) == "");
  CHECK(check(development, false) == "drift-missing");
  CHECK(check(R"({"dependencies": {"new": "1.0.0"}})", true) == "drift-missing");
}

TEST_CASE("npm 6 left out what folders need for development, and that is no drift") {
  auto manifest = parse_manifest(R"({"dependencies": {"a": "file:a"}})", "package.json").value();
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile(
      R"({"lockfileVersion": 1, "requires": true, "dependencies": {"a": {"version": "file:a"}}})",
      "package-lock.json", &manifest, diagnostics);
  REQUIRE(lockfile);
  auto check = [&](const std::string& kind) {
    auto folder =
        parse_manifest("{\"" + kind + R"(": {"new": "1.0.0"}})", "a/package.json").value();
    LocalManifest local[] = {{"", &manifest}, {"a", &folder, true}};
    auto status = check_drift(*lockfile, local, diagnostics);
    return status ? "" : status.error().code;
  };
  CHECK(check("devDependencies") == "");
  CHECK(check("dependencies") == "drift-missing");
}

TEST_CASE("workspaces that the project does not ask for are no drift") {
  auto manifest =
      parse_manifest(R"({"name": "app", "workspaces": ["packages/*"]})", "package.json").value();
  auto workspace = parse_manifest(R"({"name": "w", "version": "1.0.0"})", "p").value();
  LocalManifest local[] = {{"", &manifest}, {"packages/w", &workspace}};
  Diagnostics diagnostics;
  auto graph = parse_yarn_lockfile("# yarn lockfile v1\n", "yarn.lock", local, diagnostics);
  REQUIRE(graph);
  auto lockfile = place_hoisted(std::move(*graph), diagnostics);
  REQUIRE(lockfile);
  CHECK(check_importers(*lockfile, local, diagnostics));
  CHECK(diagnostics.warnings().empty());
}

TEST_CASE("what only workspaces need may be locked at another version, as npm ci has it") {
  auto check = [](const std::string& project, const std::string& w) {
    auto manifest = parse_manifest(R"({"workspaces": ["w"])" + project + "}", "package.json");
    auto workspace = parse_manifest(R"({"name": "w")" + w + "}", "w/package.json");
    LocalManifest local[] = {{"", &*manifest}, {"w", &*workspace}};
    Diagnostics diagnostics;
    auto lockfile = parse_npm_lockfile(
        R"({"lockfileVersion": 3, "packages": {"": {"workspaces": ["w"]}, "w": {"name": "w"},
            "node_modules/w": {"resolved": "w", "link": true},
            "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^2.0.0"}},
            "node_modules/b": {"version": "1.0.0"}}})",
        "package-lock.json", &*manifest, diagnostics);
    if (!lockfile) return lockfile.error().code;
    adopt_manifests(*lockfile, local);
    if (auto status = check_drift(*lockfile, local, diagnostics); !status)
      return status.error().code;
    return diagnostics.warnings().empty() ? "" : diagnostics.warnings().back().code;
  };
  const std::string a = R"(, "dependencies": {"a": "1.0.0"})";
  CHECK(check("", a) == "drift-transitive");
  CHECK(check(a, a) == "drift-invalid");
  CHECK(check("", R"(, "dependencies": {"a": "2.0.0"})") == "drift-invalid");
}
