#include <catch2/catch.hpp>

#include "packer/unpack/package.h"
#include "tar_builder.h"

using namespace ingot;

namespace {

// A repository's files, as packer/acquire/git_objects.h puts them into an archive.
Result<UnpackedPackage> unpack(SourceKind kind, const std::string& manifest,
                               const GitRules& rules = {}) {
  std::string tar = testing::TarBuilder()
                        .file("package/.gitignore", "dist\n*.log\n")
                        .file("package/a.log", "")
                        .file("package/dist/main.js", "")
                        .file("package/package.json", manifest)
                        .file("package/server.key", "-----BEGIN PRIVATE KEY-----")
                        .file("package/src/a.ts", "")
                        .file("package/test/t.js", "")
                        .tar();
  LockedPackage locked;
  locked.name = "p";
  locked.version = "1.0.0";
  locked.source.kind = kind;
  return unpack_locked(std::string_view(tar), locked, rules);
}

std::vector<std::string> names(const Result<UnpackedPackage>& package) {
  REQUIRE(package);
  std::vector<std::string> names;
  for (const PackageFile& file : package->tarball.files) names.push_back(file.path);
  return names;
}

}  // namespace

TEST_CASE("of a repository those files are the package that npm pack would choose") {
  using List = std::vector<std::string>;
  CHECK(names(unpack(SourceKind::kGit, R"({"name":"p","version":"1.0.0","files":["src"]})")) ==
        List{"package.json", "src/a.ts"});
  // Without "files" the ignore list counts, and nothing is held back as a secret: npm would not.
  CHECK(names(unpack(SourceKind::kGit, R"({"name":"p","version":"1.0.0","main":"src/a.ts"})")) ==
        List{"package.json", "server.key", "src/a.ts", "test/t.js"});
  CHECK(names(unpack(SourceKind::kRegistry, R"({"name":"p","version":"1.0.0","files":["src"]})"))
            .size() == 7);
}

TEST_CASE("all of a repository is the package where its package manager takes it whole") {
  CHECK(names(unpack(SourceKind::kGit, R"({"name":"p","version":"1.0.0","files":["src"]})",
                     {Unprepared::kRefused, true}))
            .size() == 7);
}

TEST_CASE("a repository whose package is made by a script is refused, and named with the script") {
  const std::string manifest =
      R"({"name":"p","version":"1.0.0","scripts":{"prepare":"tsc -b","test":"t"}})";
  auto refused = unpack(SourceKind::kGit, manifest);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "git-unprepared");
  CHECK(refused.error().message.find("tsc -b") != std::string::npos);
  CHECK(unpack(SourceKind::kGit, manifest, {Unprepared::kAllowed}));
  CHECK(unpack(SourceKind::kRegistry, manifest));
  CHECK(unpack(SourceKind::kGit, R"({"name":"p","version":"2.0.0"})").error().code ==
        "package-version-mismatch");
}

TEST_CASE("a file that git keeps elsewhere is refused by name, when it is part of the package") {
  auto unpack_with = [](const std::string& content, Unprepared unprepared) {
    std::string tar =
        testing::TarBuilder()
            .file("package/lib/model.bin", content)
            .file("package/package.json", R"({"name":"p","version":"1.0.0","files":["lib"]})")
            .file("package/test/large.bin", content)
            .tar();
    LockedPackage locked;
    locked.name = "p";
    locked.source.kind = SourceKind::kGit;
    auto package = unpack_locked(std::string_view(tar), locked, {unprepared});
    return package ? "" : package.error().code + " " + package.error().message;
  };
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') +
      "\nsize 12345\n";
  CHECK(unpack_with(pointer, Unprepared::kRefused) ==
        "git-lfs p comes from git, and its commit has no lib/model.bin, only a pointer to it (Git "
        "LFS)");
  CHECK(unpack_with(pointer, Unprepared::kAllowed).empty());
  CHECK(unpack_with("the file itself", Unprepared::kRefused).empty());
}
