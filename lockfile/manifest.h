// What a package.json says, as far as anyone here wants to know.
//
// Owns turning the text into a `Manifest`, for the project, its workspaces, and the package.json
// inside a tarball. As tolerant as npm of members with odd types: they are left out and listed in
// `oddities`, which matter in the user's own manifests (lockfile/drift.h) and not in other
// people's. Never reads "exports" or "imports" (resolver/modules does).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "lockfile/lockfile.h"
#include "lockfile/overrides.h"

namespace ingot {

// The scripts that npm runs when it installs a package.
struct InstallScripts {
  std::optional<std::string> preinstall, install, postinstall;
  // The first of those that package managers run before they pack a package from git.
  std::optional<std::string> preparation = {};
  bool any() const { return preinstall || install || postinstall; }
};

struct Manifest {
  std::string file;     // what messages call it
  std::string name;     // "" when there is none
  std::string version;  // as written; "" when there is none
  Place name_position, version_position;

  // One per name, with the kind that counts when several groups name it.
  std::vector<Dependency> dependencies;
  std::vector<std::string> bundle_dependencies;
  OverrideRules overrides;
  std::vector<std::string> workspaces;  // patterns, as written
  // yarn's "resolutions", in order: "name", "parent/name", "name@range" -> what is asked for
  // instead.
  std::vector<std::pair<std::string, std::string>> resolutions;

  std::map<std::string, std::string> bin;    // command -> path inside the package
  std::optional<std::string> bin_directory;  // "directories.bin": every file in it is a command
  std::optional<std::string> main;
  std::optional<std::string> type;  // "module", "commonjs"
  std::optional<std::vector<std::string>> files;
  PlatformConstraint platform;
  std::optional<std::string> engines_node;
  std::string package_manager;  // "packageManager", as written
  InstallScripts scripts;

  std::vector<Error> oddities;

  const Dependency* find(std::string_view dependency) const;
};

// Errors: "manifest-conflict" for merge markers, json-* for what is no JSON, "manifest-not-object".
Result<Manifest> parse_manifest(std::string text, std::string file);
Manifest read_manifest(const JsonDocument& document);

// Where merge conflict markers begin, if there are any. Git's and Mercurial's look the same.
std::optional<Position> find_conflict_markers(std::string_view text, const std::string& file);

}  // namespace ingot
