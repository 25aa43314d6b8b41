// The packages of a lockfile that says who needs whom, but not where anything is installed.
//
// Owns the model between the parsers of such lockfiles (pnpm's, both of yarn's) and the placement
// (lockfile/placement.h) that makes a `Lockfile` of it. An instance is what the lockfile keeps
// apart: one version of a package with one choice of peers. Never decides where it goes.
#pragma once

#include <string>
#include <vector>

#include "lockfile/lockfile.h"

namespace ingot {

inline constexpr size_t kNoInstance = static_cast<size_t>(-1);

struct PackageInstance {
  std::string key;  // what the lockfile calls it; unique
  // `install_path` is set for folders of the user only. `dependencies` are what the lockfile says
  // this instance is given; what else its manifest asks for (missing peers) is not among them.
  LockedPackage package;
  std::vector<size_t> targets;     // of each dependency: an instance, or kNoInstance
  std::vector<std::string> peers;  // names it asks its surroundings for, where the lockfile says so
};

struct InstanceGraph {
  LockfileKind kind = LockfileKind::kNpm;
  std::string version;                  // of the format, as written
  std::string name;                     // of the file
  std::vector<std::string> overridden;  // see Lockfile::overridden
  // Folders with development dependencies of their own ("importers"), where the lockfile says so.
  std::vector<std::string> workspaces;
  // The project is the first, then the user's other folders, then everything else; in an order that
  // depends on the text of the file alone.
  std::vector<PackageInstance> instances;
};

}  // namespace ingot
