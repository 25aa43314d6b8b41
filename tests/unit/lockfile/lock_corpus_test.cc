// Runs other projects' lockfiles, which lie outside this repository, through the parser.
#include <catch2/catch.hpp>
#include <iostream>
#include <set>

#include "base/file_system.h"
#include "lockfile/npm_lockfile.h"
#include "lockfile/package_name.h"
#include "lockfile/specification.h"

using namespace ingot;

namespace {

const std::string kCorpora = std::string(INGOT_SHARED_DIR) + "/corpora/";
constexpr uint64_t kMaxFile = 64 << 20;

std::string read(const std::string& path) {
  auto text = real_file_system().read(path, kMaxFile);
  return text ? std::move(*text) : std::string();
}

// Refused on purpose, with the code.
const std::map<std::string, std::string> kRefusedArboristLocks = {
    {"ancient-lockfile-invalid", "lockfile-ancient"},  // no edges recorded
    {"sax", "lockfile-ancient"},
    {"conflict-package-lock", "lockfile-conflict"},
    {"external-link--root", "lockfile-path-escapes"},  // folders beside the project
    {"link-dep-nested--root", "lockfile-path-escapes"},
    {"link-meta-deps", "lockfile-bad-name"},  // a link into the inside of another package
    {"pnpm", "lockfile-bad-name"},            // pnpm's store, which is no node_modules tree
};

// The number of packages that the text itself shows: entries of "packages", or nodes of the tree.
size_t nodes_below(const JsonCursor& object) {
  auto dependencies = object.find("dependencies");
  size_t count = 0;
  if (dependencies)
    for (JsonCursor entry : *dependencies) count += 1 + nodes_below(entry);
  return count;
}

void check_counts(const Lockfile& lockfile, const std::string& text) {
  auto document = JsonDocument::parse(text, "f");
  REQUIRE(document);
  auto packages = document->root().find("packages");
  if (packages) {
    size_t project = packages->find("") ? 0 : 1;
    CHECK(lockfile.packages.size() == packages->size() + project);
    return;
  }
  // A version 1 lockfile has no entries for the project and for the folders that links lead to.
  size_t folders = lockfile.local_packages().size();
  CHECK(lockfile.packages.size() == nodes_below(document->root()) + folders);
}

}  // namespace

TEST_CASE("npm's own test lockfiles are read, or refused for a reason that is listed") {
  auto folders = real_file_system().list(kCorpora + "npm-arborist-locks");
  if (!folders) {
    WARN("skipped: the folder of shared test data is not here");
    return;
  }
  size_t parsed = 0, refused = 0;
  for (const DirectoryEntry& folder : *folders) {
    if (folder.kind != FileKind::kDirectory) continue;
    CAPTURE(folder.name);
    std::string path = kCorpora + "npm-arborist-locks/" + folder.name;
    std::string text = read(path + "/package-lock.json");
    if (text.empty()) text = read(path + "/npm-shrinkwrap.json");
    REQUIRE_FALSE(text.empty());
    std::optional<Manifest> project;
    if (std::string manifest = read(path + "/package.json"); !manifest.empty())
      project = parse_manifest(manifest, "package.json").value();
    Diagnostics diagnostics;
    auto lockfile =
        parse_npm_lockfile(text, "package-lock.json", project ? &*project : nullptr, diagnostics);
    auto expected = kRefusedArboristLocks.find(folder.name);
    if (expected != kRefusedArboristLocks.end()) {
      REQUIRE_FALSE(lockfile);
      CHECK(lockfile.error().code == expected->second);
      ++refused;
      continue;
    }
    REQUIRE(lockfile);
    check_counts(*lockfile, text);
    ++parsed;
  }
  std::cout << "npm's test lockfiles: " << parsed << " read, " << refused << " refused as listed\n";
  CHECK(parsed > 0);
  CHECK(refused == kRefusedArboristLocks.size());
}

TEST_CASE("a version 2 lockfile's two halves describe the same packages") {
  auto folders = real_file_system().list(kCorpora + "npm-arborist-locks");
  if (!folders) {
    WARN("skipped: the folder of shared test data is not here");
    return;
  }
  size_t compared = 0;
  for (const DirectoryEntry& folder : *folders) {
    std::string text = read(kCorpora + "npm-arborist-locks/" + folder.name + "/package-lock.json");
    auto document = JsonDocument::parse(text, "f");
    if (!document || !document->root().find("packages") || !document->root().find("dependencies"))
      continue;
    CAPTURE(folder.name);
    Diagnostics diagnostics;
    auto by_packages = parse_npm_lockfile(text, "f", nullptr, diagnostics);
    // The same text under the number 1 is read by its tree.
    size_t number = text.find("\"lockfileVersion\": 2");
    if (number == std::string::npos) continue;  // written without blanks
    text.replace(number, 20, "\"lockfileVersion\": 1");
    auto by_tree = parse_npm_lockfile(text, "f", nullptr, diagnostics);
    if (!by_packages || !by_tree) continue;
    for (const LockedPackage& package : by_tree->packages) {
      const LockedPackage* other = by_packages->find(package.install_path);
      // npm writes packages of a workspace into the tree below the link as well.
      if (other == nullptr || !package.is_foreign()) continue;
      CAPTURE(package.install_path);
      CHECK(package.name == other->name);
      if (!package.version.empty() && !other->version.empty())
        CHECK(package.version == other->version);
      CHECK(package.integrity == other->integrity);
      ++compared;
    }
  }
  std::cout << "version 1 and 2 halves: " << compared << " packages compared\n";
  CHECK(compared > 0);
}

namespace {

std::string identity(const LockedPackage& package) {
  Specification source = package.source.kind == SourceKind::kGit
                             ? parse_specification(package.source.location)
                             : Specification();
  return package.name + " " + package.version + " " + source.committish;
}

}  // namespace

TEST_CASE("a scanner's expectations of npm lockfiles hold for our reading of them") {
  std::string text = read(kCorpora + "scalibr-lockfiles/expected-packagelockjson.json");
  if (text.empty()) {
    WARN("skipped: the folder of shared test data is not here");
    return;
  }
  auto expected = JsonDocument::parse(text, "expected");
  REQUIRE(expected);
  size_t files = 0, packages = 0, refused = 0;
  for (JsonCursor file : expected->root()) {
    CAPTURE(file.key());
    Diagnostics diagnostics;
    auto lockfile = parse_npm_lockfile(
        read(kCorpora + "scalibr-lockfiles/packagelockjson/" + std::string(file.key())), "f",
        nullptr, diagnostics);
    if (file.find("errors_contain")) {
      CHECK_FALSE(lockfile);
      ++refused;
      continue;
    }
    if (file.key() == "both/package-lock.json") continue;  // shadowed by npm-shrinkwrap.json
    if (!lockfile) FAIL(lockfile.error().code << ": " << lockfile.error().message);
    std::set<std::string> theirs, ours;
    for (JsonCursor package : *file.find("packages"))
      theirs.insert(std::string(package.find_text("name").value_or("")) + " " +
                    std::string(package.find_text("version").value_or("")) + " " +
                    std::string(package.find_text("commit").value_or("")));
    for (const LockedPackage& package : lockfile->packages)
      if (!package.install_path.empty() && !package.is_link()) ours.insert(identity(package));
    CHECK(ours == theirs);
    packages += theirs.size();
    ++files;
  }
  std::cout << "scanner's lockfiles: " << files << " with " << packages << " packages compared, "
            << refused << " refused on both sides\n";
  CHECK(packages > 0);
}
