// Which packages of a lockfile one target needs, and where in node_modules they go.
//
// Owns the production closure: from the project's production, optional and peer dependencies along
// the edges that Node's own look-up would take, leaving out development packages and optional ones
// that do not run on the target, with a reason for each package that is in and each that is not.
// Never fetches anything and never looks at a package's files.
#pragma once

#include <map>
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
  // What it asked for and got: indices, ascending. Of a link, what it leads to.
  std::vector<size_t> dependencies = {};

  bool operator==(const PackageNode&) const = default;
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
  // How many are neither links nor folders of the user.
  size_t count_foreign() const;
};

// Whether two targets need the same packages of one lockfile, for the same reasons.
bool have_same_packages(const PackageGraph& a, const PackageGraph& b);

struct ResolveOptions {
  // The Node.js that will run the application ("26.10.0"): an optional package whose "engines"
  // exclude it is left out, as npm does, and a required one gives a warning. Empty: not looked at.
  std::string node_version;
  // Platforms that are known better than the lockfile has them, by install path. Version 1
  // lockfiles record none and older ones no "libc", so the packer asks again once it has the
  // manifests.
  std::map<std::string, PlatformConstraint> platforms;
};

// The packages that `npm ci --omit=dev` would leave in node_modules on the target, links included.
//
// Errors, the first returned and further ones in `diagnostics`: a required dependency that is
// nowhere above its dependent ("dependency-missing"), a required package that does not run on the
// target
// ("platform-unsupported"), an optional platform package that the lockfile leaves out although this
// target needs it, or whose name does not tell ("lockfile-incomplete", with the command that mends
// it). Warnings: other platforms' packages that are left out and have no counterpart for the target
// ("lockfile-left-out", one in all), peers that are nowhere ("peer-missing", one in all),
// "engine-unsupported".
Result<PackageGraph> resolve_packages(const Lockfile& lockfile, const Target& target,
                                      Diagnostics& diagnostics, const ResolveOptions& options = {});

}  // namespace ingot
