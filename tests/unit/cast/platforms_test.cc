// Optional packages whose platform only their own package.json tells.
#include "packer/cast/platforms.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "lockfile/npm_lockfile.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/acquire/test_config.h"
#include "tests/unit/unpack/tar_builder.h"

using namespace ingot;
using ingot::testing::TarBuilder;

namespace {

std::string package_tgz(const std::string& name, const std::string& more) {
  return TarBuilder()
      .file("package/package.json",
            R"({"name": ")" + name + R"(", "version": "1.0.0")" + more + "}")
      .tgz();
}

std::string integrity_of(const std::string& tgz) {
  return "sha512-" + digest_of(DigestAlgorithm::kSha512, std::string_view(tgz)).base64();
}

// A project whose optional dependencies are these packages, all in the store, none on a network.
struct Fixture {
  ScratchFolder scratch;
  Store store{scratch.path("store")};
  NpmConfig config = config_for("https://registry.example.org");
  std::map<std::string, std::string> tarballs;  // by name

  void add(const std::string& name, const std::string& more) {
    tarballs[name] = package_tgz(name, more);
    REQUIRE(store.put_content(digest_of(DigestAlgorithm::kSha512, std::string_view(tarballs[name])),
                              std::string_view(tarballs[name])));
  }

  // `extra`: more members of each package's entry in the lockfile.
  Lockfile lockfile(const std::string& group, const std::string& version,
                    const std::map<std::string, std::string>& extra = {}) const {
    std::string wanted, locked;
    for (const auto& [name, tgz] : tarballs) {
      if (!wanted.empty()) wanted += ", ", locked += ", ";
      wanted += "\"" + name + "\": \"1.0.0\"";
      locked += "\"" + std::string(version == "1" ? "" : "node_modules/") + name +
                R"(": {"version": "1.0.0", "resolved": "https://registry.example.org/)" + name +
                "/-/" + name + R"(-1.0.0.tgz", "integrity": ")" + integrity_of(tgz) + "\"" +
                (group == "optionalDependencies" ? ", \"optional\": true" : "");
      if (auto more = extra.find(name); more != extra.end()) locked += ", " + more->second;
      locked += "}";
    }
    std::string edges = "\"" + group + "\": {" + wanted + "}";
    auto manifest = parse_manifest("{\"name\": \"app\", " + edges + "}", "package.json");
    REQUIRE(manifest);
    std::string text =
        R"({"name": "app", "lockfileVersion": )" + version + ", \"requires\": true, ";
    text += version == "1"
                ? "\"dependencies\": {" + locked + "}}"
                : "\"packages\": {\"\": {\"name\": \"app\", " + edges + "}, " + locked + "}}";
    Diagnostics diagnostics;
    auto parsed = parse_npm_lockfile(text, "package-lock.json", &*manifest, diagnostics);
    if (!parsed) FAIL(parsed.error().message);
    return std::move(*parsed);
  }

  // The packages that are left for the target, or "!" and an error's code.
  std::vector<std::string> packages(const Lockfile& lock, std::string_view target) const {
    Diagnostics diagnostics;
    ResolveOptions options{"26.10.0", {}};
    auto graph = resolve_packages(lock, *find_target(target), diagnostics, options);
    if (!graph) return {"!" + graph.error().code};
    FetchSettings settings{.store = store,
                           .config = config,
                           .project_folder = scratch.path(),
                           .network = Network::kOffline};
    auto refined = refine_platforms(lock, settings, *graph, options, diagnostics);
    if (!refined) return {"!" + refined.error().code};
    std::vector<std::string> names;
    for (size_t i = 1; i < graph->packages.size(); ++i)
      names.push_back(graph->packages[i].package->name);
    CHECK(packages_of(*graph).size() == graph->packages.size());
    return names;
  }
};

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("a version 1 lockfile's optional packages are asked for their platform") {
  Fixture fixture;
  fixture.add("for-all", "");
  fixture.add("for-linux", R"(, "os": ["linux"], "cpu": ["x64"])");
  fixture.add("for-mac", R"(, "os": ["darwin"])");
  fixture.add("for-arm", R"(, "os": ["linux"], "cpu": ["arm64"])");
  fixture.add("not-windows", R"(, "os": ["!win32"])");
  Lockfile lock = fixture.lockfile("optionalDependencies", "1");
  CHECK(fixture.packages(lock, "linux-x64") == List{"for-all", "for-linux", "not-windows"});
  CHECK(fixture.packages(lock, "linux-arm64") == List{"for-all", "for-arm", "not-windows"});
  CHECK(fixture.packages(lock, "darwin-arm64") == List{"for-all", "for-mac", "not-windows"});
  CHECK(fixture.packages(lock, "win-x64") == List{"for-all"});
}

TEST_CASE("packages for linux are asked for their C library when the lockfile names none") {
  Fixture fixture;
  fixture.add("gnu", R"(, "os": ["linux"], "cpu": ["x64"], "libc": ["glibc"])");
  fixture.add("musl", R"(, "os": ["linux"], "cpu": ["x64"], "libc": ["musl"])");
  const std::string platform = R"("os": ["linux"], "cpu": ["x64"])";
  Lockfile lock =
      fixture.lockfile("optionalDependencies", "3", {{"gnu", platform}, {"musl", platform}});
  CHECK(fixture.packages(lock, "linux-x64") == List{"gnu"});
}

TEST_CASE("a lockfile that names C libraries is taken at its word, and nothing is opened") {
  Fixture fixture;
  fixture.add("gnu", R"(, "os": ["linux"], "libc": ["glibc"])");
  fixture.add("liar", R"(, "os": ["darwin"])");
  Lockfile lock = fixture.lockfile("optionalDependencies", "3",
                                   {{"gnu", R"("os": ["linux"], "libc": ["glibc"])"}});
  std::filesystem::remove_all(fixture.store.folder());
  CHECK(fixture.packages(lock, "linux-x64") == List{"gnu", "liar"});
}

TEST_CASE("a required package is not asked") {
  Fixture fixture;
  fixture.add("needed", R"(, "os": ["darwin"])");
  Lockfile lock = fixture.lockfile("dependencies", "1");
  std::filesystem::remove_all(fixture.store.folder());
  CHECK(fixture.packages(lock, "linux-x64") == List{"needed"});
}

TEST_CASE("a package that cannot be asked ends the build by name") {
  Fixture fixture;
  fixture.add("absent", "");
  Lockfile lock = fixture.lockfile("optionalDependencies", "1");
  std::filesystem::remove_all(fixture.store.folder());
  CHECK(fixture.packages(lock, "linux-x64") == List{"!offline-missing"});
}

TEST_CASE("a package that is no archive ends the build by name") {
  Fixture fixture;
  fixture.tarballs["garbage"] = "this is no tarball";
  REQUIRE(fixture.store.put_content(
      digest_of(DigestAlgorithm::kSha512, std::string_view("this is no tarball")),
      std::string_view("this is no tarball")));
  Lockfile lock = fixture.lockfile("optionalDependencies", "1");
  auto left = fixture.packages(lock, "linux-x64");
  REQUIRE(left.size() == 1);
  CHECK(left[0].starts_with("!"));
}

TEST_CASE("an optional tarball of the user's is asked, too") {
  Fixture fixture;
  const std::string tgz = package_tgz("mine", R"(, "os": ["darwin"])");
  REQUIRE(write_file_atomically(fixture.scratch.path("mine.tgz"), std::string_view(tgz)));
  auto manifest = parse_manifest(
      R"({"name": "app", "optionalDependencies": {"mine": "file:mine.tgz"}})", "package.json");
  REQUIRE(manifest);
  Diagnostics diagnostics;
  auto lock = parse_npm_lockfile(
      R"({"name": "app", "lockfileVersion": 1, "requires": true, "dependencies": {"mine": {
          "version": "file:mine.tgz", "optional": true, "integrity": ")" +
          integrity_of(tgz) + "\"}}}",
      "package-lock.json", &*manifest, diagnostics);
  if (!lock) FAIL(lock.error().message);
  CHECK(fixture.packages(*lock, "linux-x64").empty());
  CHECK(fixture.packages(*lock, "darwin-x64") == List{"mine"});
}
