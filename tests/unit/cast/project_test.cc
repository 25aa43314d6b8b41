// The project as its files say it is.
#include "packer/cast/project.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "tests/unit/acquire/scratch_folder.h"

using namespace ingot;

namespace {

constexpr const char* kManifest = R"({"name": "@scope/app", "version": "1.0.0",
  "dependencies": {"a": "^1.0.0"}})";
constexpr const char* kLock = R"({"name": "@scope/app", "version": "1.0.0", "lockfileVersion": 3,
  "packages": {"": {"name": "@scope/app", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}},
  "node_modules/a": {"version": "1.2.0",
                     "resolved": "https://registry.example.org/a/-/a-1.2.0.tgz"}}})";

// The same, with one more package that tells the two apart.
std::string lock_named(const std::string& extra) {
  std::string text = kLock;
  return text.insert(text.rfind("}}"),
                     ", \"node_modules/a/node_modules/" + extra + "\": {\"version\": \"1.0.0\"}");
}

MemoryFileSystem project_files() {
  MemoryFileSystem files;
  files.add("/p/package.json", kManifest);
  files.add("/p/package-lock.json", kLock);
  return files;
}

Result<Project> load(const MemoryFileSystem& files) {
  Diagnostics diagnostics;
  return load_project(files, "/p", {}, diagnostics);
}

std::string error_of(const MemoryFileSystem& files) {
  auto project = load(files);
  return project ? "" : project.error().code;
}

}  // namespace

TEST_CASE("a project is its manifest and its lockfile, with the digest of the bytes") {
  auto project = load(project_files());
  REQUIRE(project);
  CHECK(project->folder == "/p");
  CHECK(project->manifest.name == "@scope/app");
  CHECK(project->lockfile_name == "package-lock.json");
  CHECK(project->lockfile_sha256 == sha256_hex(std::string_view(kLock)));
  REQUIRE(project->lockfile.find("node_modules/a") != nullptr);
  CHECK(project->lockfile.find("node_modules/a")->version == "1.2.0");
}

TEST_CASE("an executable is called after the package without its scope, or after the folder") {
  auto project = load(project_files());
  REQUIRE(project);
  CHECK(project->short_name() == "app");
  project->manifest.name = "";
  project->folder = "/some/where/tool";
  CHECK(project->short_name() == "tool");
}

TEST_CASE("what a project lacks is named, with what to do") {
  MemoryFileSystem nothing;
  nothing.add("/elsewhere/package.json", "{}");
  CHECK(error_of(nothing) == "project-missing");

  MemoryFileSystem no_manifest;
  no_manifest.add("/p/package-lock.json", kLock);
  CHECK(error_of(no_manifest) == "manifest-missing");

  MemoryFileSystem no_lock;
  no_lock.add("/p/package.json", kManifest);
  auto project = load(no_lock);
  REQUIRE_FALSE(project);
  CHECK(project.error().code == "lockfile-missing");
  CHECK(project.error().hint.find("npm install --package-lock-only") != std::string::npos);
}

TEST_CASE("a folder called package.json is no manifest") {
  MemoryFileSystem files;
  files.add("/p/package.json/oddity", "");
  files.add("/p/package-lock.json", kLock);
  CHECK(error_of(files) == "manifest-missing");
}

TEST_CASE("a binary lockfile of bun is refused with the way to a text one") {
  MemoryFileSystem files;
  files.add("/p/package.json", kManifest);
  files.add("/p/bun.lockb", "");
  auto project = load(files);
  REQUIRE_FALSE(project);
  CHECK(project.error().code == "lockfile-binary");
  REQUIRE(project.error().position);
  CHECK(project.error().position->file == "bun.lockb");
  CHECK_FALSE(project.error().hint.empty());
}

TEST_CASE("package.json says which of several lockfiles counts") {
  MemoryFileSystem files;
  files.add("/p/package.json", R"({"name": "p", "packageManager": "pnpm@9.1.0"})");
  files.add("/p/package-lock.json", "not read");
  files.add("/p/pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .: {}\n");
  Diagnostics diagnostics;
  auto project = load_project(files, "/p", {}, diagnostics);
  REQUIRE(project);
  CHECK(project->lockfile.kind == LockfileKind::kPnpm);
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == "lockfile-ignored");
}

TEST_CASE("npm's own lockfile is read although another package manager's lies beside it") {
  MemoryFileSystem files = project_files();
  files.add("/p/yarn.lock", "");
  CHECK(error_of(files) == "");
}

TEST_CASE("a shrinkwrap wins over a lockfile, as for npm") {
  MemoryFileSystem files = project_files();
  const std::string shrinkwrap = lock_named("only-in-shrinkwrap");
  files.add("/p/npm-shrinkwrap.json", shrinkwrap);
  auto project = load(files);
  REQUIRE(project);
  CHECK(project->lockfile_name == "npm-shrinkwrap.json");
  CHECK(project->lockfile_sha256 == sha256_hex(std::string_view(shrinkwrap)));
  CHECK(project->lockfile.find("node_modules/a/node_modules/only-in-shrinkwrap") != nullptr);
}

TEST_CASE("a lockfile out of step with package.json is refused, with the place in package.json") {
  MemoryFileSystem files = project_files();
  files.add("/p/package.json", R"({"name": "@scope/app", "version": "1.0.0",
    "dependencies": {"a": "^1.0.0", "b": "^2.0.0"}})");
  auto project = load(files);
  REQUIRE_FALSE(project);
  CHECK(project.error().code == "drift-missing");
  REQUIRE(project.error().position);
  CHECK(project.error().position->file == "package.json");
  CHECK(project.error().position->line == 2);
}

TEST_CASE("what is no JSON is refused where it breaks, and says in which of the two files") {
  MemoryFileSystem manifest = project_files();
  manifest.add("/p/package.json", "{\n \"name\": }");
  auto project = load(manifest);
  REQUIRE_FALSE(project);
  REQUIRE(project.error().position);
  CHECK(project.error().position->file == "package.json");
  CHECK(project.error().position->line == 2);

  MemoryFileSystem lock = project_files();
  lock.add("/p/package-lock.json", "{\n\n oops");
  project = load(lock);
  REQUIRE_FALSE(project);
  REQUIRE(project.error().position);
  CHECK(project.error().position->file == "package-lock.json");
  CHECK(project.error().position->line == 3);
}

TEST_CASE("the manifests of workspaces decide what they need") {
  MemoryFileSystem files;
  files.add("/p/package.json", R"({"name": "app", "workspaces": ["packages/*"]})");
  files.add("/p/package-lock.json", R"({"name": "app", "lockfileVersion": 3, "packages": {
    "": {"name": "app", "workspaces": ["packages/*"]},
    "node_modules/w": {"resolved": "packages/w", "link": true},
    "packages/w": {"version": "1.0.0", "dependencies": {"a": "^1.0.0"}},
    "node_modules/a": {"version": "1.0.0",
                       "resolved": "https://registry.example.org/a/-/a-1.0.0.tgz"}}})");
  files.add("/p/packages/w/package.json",
            R"({"name": "w", "version": "1.0.0", "devDependencies": {"a": "^1.0.0"}})");
  auto project = load(files);
  if (!project) FAIL(project.error().message);
  const LockedPackage* workspace = project->lockfile.find("packages/w");
  REQUIRE(workspace != nullptr);
  REQUIRE(workspace->dependencies.size() == 1);
  CHECK(workspace->dependencies[0].kind == DependencyKind::kDevelopment);

  files.add("/p/packages/w/package.json",
            R"({"name": "w", "version": "1.0.0", "dependencies": {"zzz": "1"}})");
  CHECK(error_of(files) == "drift-missing");

  files.add("/p/packages/new/package.json", R"({"name": "new", "version": "1.0.0"})");
  files.add("/p/packages/w/package.json",
            R"({"name": "w", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}})");
  CHECK(error_of(files) == "drift-workspace");
}

TEST_CASE("a project and its files may be reached by symbolic links") {
  ScratchFolder scratch;
  REQUIRE(make_directories(scratch.path("real")));
  REQUIRE(write_file_atomically(scratch.path("real/package.json"), std::string_view(kManifest)));
  REQUIRE(write_file_atomically(scratch.path("lock"), std::string_view(kLock)));
  std::filesystem::create_symlink("real", scratch.path("link"));
  std::filesystem::create_symlink("../lock", scratch.path("real/package-lock.json"));
  Diagnostics diagnostics;
  auto project = load_project(real_file_system(), scratch.path("link"), {}, diagnostics);
  if (!project) FAIL(project.error().message);
  CHECK(project->lockfile.find("node_modules/a") != nullptr);

  std::filesystem::remove(scratch.path("lock"));
  CHECK_FALSE(load_project(real_file_system(), scratch.path("link"), {}, diagnostics));
  std::filesystem::create_symlink("lock", scratch.path("file-link"));
  CHECK(load_project(real_file_system(), scratch.path("file-link"), {}, diagnostics).error().code ==
        "manifest-missing");
}

TEST_CASE("workspaces that nobody asks for are the project's where its node_modules has them") {
  auto edges_of = [](const MemoryFileSystem& files) {
    auto project = load(files);
    if (!project) FAIL(project.error().message);
    return project->lockfile.project().dependencies.size();
  };
  MemoryFileSystem bun;
  bun.add("/p/package.json", R"({"name": "app", "workspaces": ["packages/*"]})");
  bun.add("/p/packages/w/package.json", R"({"name": "w", "version": "1.0.0"})");
  const std::string lock = R"({"lockfileVersion": 1, CONFIG "workspaces": {"": {"name": "app"},
    "packages/w": {"name": "w"}}, "packages": {"w": ["w@workspace:packages/w"]}})";
  auto with_config = [&](std::string_view config) {
    std::string text = lock;
    return text.replace(text.find("CONFIG"), 6, config);
  };
  bun.add("/p/bun.lock", with_config(""));
  CHECK(edges_of(bun) == 1);
  bun.add("/p/bun.lock", with_config("\"configVersion\": 1,"));
  CHECK(edges_of(bun) == 0);

  MemoryFileSystem yarn;
  yarn.add("/p/package.json", R"({"name": "app", "workspaces": ["packages/*"]})");
  yarn.add("/p/packages/w/package.json", R"({"name": "w", "version": "1.0.0"})");
  yarn.add("/p/yarn.lock",
           "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"app@workspace:.\":\n"
           "  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n\n"
           "\"w@workspace:packages/w\":\n"
           "  version: 0.0.0-use.local\n  resolution: \"w@workspace:packages/w\"\n");
  CHECK(edges_of(yarn) == 0);
  yarn.add("/p/.yarnrc.yml", "nodeLinker: node-modules\n");
  CHECK(edges_of(yarn) == 1);
}

TEST_CASE("pnpm's configuration says where the patches are that its lockfile has the hashes of") {
  MemoryFileSystem files;
  files.add("/p/package.json", R"({"name": "app", "dependencies": {"a": "1.0.0"}})");
  files.add("/p/pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npatchedDependencies:\n  a@1.0.0: abcdef\nimporters:\n  .:\n"
            "    dependencies:\n      a:\n        specifier: 1.0.0\n        version: 1.0.0\n"
            "packages:\n  a@1.0.0:\n    resolution: {tarball: 'https://example.org/a.tgz'}\n"
            "snapshots:\n  a@1.0.0: {}\n");
  auto path = [&] {
    auto project = load(files);
    if (!project) FAIL(project.error().message);
    for (const LockedPackage& package : project->lockfile.packages)
      if (package.patch) return package.patch->files.front().path;
    return std::string("no patch");
  };
  CHECK(path().empty());
  files.add("/p/pnpm-workspace.yaml", "patchedDependencies:\n  a@1.0.0: patches/a.patch\n");
  CHECK(path() == "patches/a.patch");
}
