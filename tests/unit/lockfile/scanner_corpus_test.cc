// Runs a scanner's test lockfiles of other package managers, which lie outside this repository,
// through the parsers, and compares with the packages that scanner expects.
#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
#include <set>

#include "base/file_system.h"
#include "base/json.h"
#include "lockfile/berry_lockfile.h"
#include "lockfile/bun_lockfile.h"
#include "lockfile/pnpm_lockfile.h"
#include "lockfile/specification.h"
#include "lockfile/yarn_lockfile.h"

using namespace ingot;

namespace {

const std::string kCorpus = std::string(INGOT_SHARED_DIR) + "/corpora/scalibr-lockfiles/";
constexpr uint64_t kMaxFile = 64 << 20;

std::string read(const std::string& path) {
  auto text = real_file_system().read(path, kMaxFile);
  return text ? std::move(*text) : std::string();
}

// "name version", and the commit of what comes from git. What is neither has no version there.
std::string identity(const LockedPackage& package, bool versions_of_places) {
  Specification source = package.source.kind == SourceKind::kGit
                             ? parse_specification(package.source.location)
                             : Specification();
  bool place = package.source.kind != SourceKind::kRegistry;
  return package.name + " " + (place && !versions_of_places ? "" : package.version) + " " +
         source.committish;
}

std::set<std::string> identities(const InstanceGraph& graph) {
  std::set<std::string> out;
  for (const PackageInstance& instance : graph.instances)
    if (!instance.package.is_local()) out.insert(identity(instance.package, true));
  return out;
}

std::set<std::string> identities(const Lockfile& lockfile) {
  std::set<std::string> out;
  for (const LockedPackage& package : lockfile.packages)
    if (!package.is_local()) out.insert(identity(package, false));
  return out;
}

struct Kind {
  std::string folder;
  // Refused here although the scanner takes something out of it, with the code; "-" for what is
  // read differently on purpose.
  std::map<std::string, std::string> refused;
  // The packages, or the error.
  std::function<Result<std::set<std::string>>(std::string, Diagnostics&)> read;
};

void compare(const Kind& kind) {
  std::string text = read(kCorpus + "expected-" + kind.folder + ".json");
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
    auto ours = kind.read(read(kCorpus + kind.folder + "/" + std::string(file.key())), diagnostics);
    if (auto listed = kind.refused.find(std::string(file.key())); listed != kind.refused.end()) {
      if (listed->second != "-") {
        REQUIRE_FALSE(ours);
        CHECK(ours.error().code == listed->second);
      }
      ++refused;
      continue;
    }
    if (!ours) {
      FAIL_CHECK(ours.error().code << ": " << ours.error().message);
      continue;
    }
    std::set<std::string> theirs;
    for (JsonCursor package : *file.find("packages"))
      theirs.insert(std::string(package.find_text("name").value_or("")) + " " +
                    std::string(package.find_text("version").value_or("")) + " " +
                    std::string(package.find_text("commit").value_or("")));
    CHECK(*ours == theirs);
    packages += theirs.size();
    ++files;
  }
  std::cout << "scanner's " << kind.folder << ": " << files << " files with " << packages
            << " packages compared, " << refused << " refused as listed\n";
  CHECK(packages > 0);
  CHECK(refused == kind.refused.size());
}

}  // namespace

TEST_CASE("a scanner's expectations of pnpm lockfiles hold for our reading of them") {
  compare({"pnpmlock",
           {{"empty.yaml", "lockfile-version"},
            {"not-yaml.txt", "lockfile-not-object"},
            {"exotic.yaml", "-"},  // entries that do not say where they come from
            {"files.yaml", "-"}},  // the scanner lists folders outside the project
           [](std::string text, Diagnostics& diagnostics) {
             auto graph = parse_pnpm_lockfile(std::move(text), "pnpm-lock.yaml", diagnostics);
             return graph ? Result<std::set<std::string>>(identities(*graph))
                          : Result<std::set<std::string>>(fail(std::move(graph.error())));
           }});
}

TEST_CASE("a scanner's expectations of bun lockfiles hold for our reading of them") {
  compare({"bunlock",
           {{"empty.json5", "lockfile-version"},
            {"bad-tuple.json5", "lockfile-bad-name"},
            {"not-json.txt", "json-syntax"}},
           [](std::string text, Diagnostics& diagnostics) {
             auto lockfile = parse_bun_lockfile(std::move(text), "bun.lock", diagnostics);
             return lockfile ? Result<std::set<std::string>>(identities(lockfile->lockfile))
                             : Result<std::set<std::string>>(fail(std::move(lockfile.error())));
           }});
}

TEST_CASE("a scanner's expectations of yarn lockfiles hold for our reading of them") {
  compare({"yarnlock",
           {{"with-build-string.v1.lock", "lockfile-git-commit"},
            {"files.v1.lock", "lockfile-path-escapes"},
            {"files.v2.lock", "-"},          // a folder outside the project, which nothing asks for
            {"commits.v1.lock", "-"},        // an archive of a forge whose addresses are not known
            {"exclude-root.v2.lock", "-"}},  // folders of the user are not listed here
           [](std::string text, Diagnostics& diagnostics) {
             auto graph = is_berry_lockfile(text)
                              ? parse_berry_lockfile(std::move(text), "f", {}, diagnostics)
                              : parse_yarn_lockfile(std::move(text), "f", {}, diagnostics);
             return graph ? Result<std::set<std::string>>(identities(*graph))
                          : Result<std::set<std::string>>(fail(std::move(graph.error())));
           }});
}
