// Which packages of a lockfile one target needs, and where in node_modules they go.
//
// Owns the production closure: from the project's production, optional and peer dependencies along
// the edges that Node's own look-up would take, leaving out development packages and optional ones
// that do not run on the target, with a reason for each package that is in and each that is not.
// Never fetches anything and never looks at a package's files.
#pragma once

#include <string>
#include <vector>

#include "base/target.h"
#include "lockfile/lockfile.h"

namespace ingot {

struct PackageNode {
  const LockedPackage* package = nullptr;  // owned by the Lockfile
  // Who asked for it first: index into `PackageGraph::packages`; the project asks for itself.
  size_t requested_by = 0;
  bool optional = false;  // reached through optional edges only: may be absent without harm
};

struct SkippedPackage {
  const LockedPackage* package = nullptr;
  std::string reason;  // "development only", "needs os darwin", ...
};

struct PackageGraph {
  Target target;
  std::vector<PackageNode> packages;  // sorted by install path; [0] is the project
  std::vector<SkippedPackage> skipped;

  const PackageNode* find(std::string_view install_path) const;
};

// Errors: a required dependency that is nowhere above its dependent ("dependency-missing"), a
// required package that does not run on the target ("platform-unsupported"), an optional platform
// package that the lockfile leaves out although this target needs it ("lockfile-incomplete", with
// the command that mends it). Left-out packages of other platforms give one warning in all.
Result<PackageGraph> resolve_packages(const Lockfile& lockfile, const Target& target,
                                      Diagnostics& diagnostics);

}  // namespace ingot
