#include "resolver/whole_lockfile.h"

#include <catch2/catch.hpp>

#include "lockfile/npm_lockfile.h"

using namespace ingot;

namespace {

// "a" asks for itself where it can be done without; in the order of places.
std::string packages(const std::string& entries, std::vector<std::string_view> names,
                     const std::map<std::string, PlatformConstraint>& platforms = {}) {
  Diagnostics diagnostics;
  auto lockfile = parse_npm_lockfile("{\"lockfileVersion\": 3, \"packages\": {" + entries + "}}",
                                     "package-lock.json", nullptr, diagnostics);
  REQUIRE(lockfile);
  std::vector<Target> targets;
  for (std::string_view name : names) targets.push_back(*find_target(name));
  std::string out;
  for (const PackageNode& node : whole_lockfile(*lockfile, targets, platforms).packages)
    if (!node.package->install_path.empty())
      out += node.package->name + (node.optional ? "? " : " ");
  return out;
}

constexpr char kEntries[] = R"("": {"dependencies": {"a": "1"}, "devDependencies": {"d": "1"},
                                    "optionalDependencies": {"mac": "1"}},
  "node_modules/a": {"version": "1.0.0", "optionalDependencies": {"unknown": "1"}},
  "node_modules/d": {"version": "1.0.0"},
  "node_modules/mac": {"version": "1.0.0", "os": ["darwin"], "dependencies": {"mac-only": "1"}},
  "node_modules/mac-only": {"version": "1.0.0"},
  "node_modules/nobodys": {"version": "1.0.0"},
  "node_modules/unknown": {"version": "1.0.0"})";

}  // namespace

TEST_CASE("all that is locked and runs on a target is there, development and what nobody wants") {
  CHECK(packages(kEntries, {"darwin-arm64"}) == "a d mac? mac-only? nobodys? unknown? ");
  CHECK(packages(kEntries, {"linux-x64", "darwin-arm64"}) ==
        "a d mac? mac-only? nobodys? unknown? ");
}

TEST_CASE("what runs on no target is left out, with what only it leads to") {
  CHECK(packages(kEntries, {"linux-x64"}) == "a d nobodys? unknown? ");
  CHECK(packages(kEntries, {"linux-x64"}, {{"node_modules/unknown", {{"win32"}, {}, {}}}}) ==
        "a d nobodys? ");
}
