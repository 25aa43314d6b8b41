// `ingot verify DIR`: whether a project's packages are what its lockfile says, without casting it.
//
// Owns going through every package of the lockfile that can run on the targets, development ones
// too: fetched, proved, unpacked and compared with the name and version that were locked; on
// request also compared with an installed node_modules, or its digest written down where the
// lockfile has none. Changes nothing but the store and, for `pin`, ingot.lock.json and
// ingot.signatures.json.
#pragma once

#include <string>
#include <vector>

#include "packer/cast/build.h"

namespace ingot {

struct ProjectCheckOptions {
  BuildOptions build;      // the project, targets, and where bytes may come from
  bool pin = false;        // write down digests of packages that the lockfile has none for
  bool installed = false;  // compare node_modules
};

enum class InstalledChange { kChanged, kAdded, kMissing };

struct InstalledDifference {
  InstalledChange change;
  // Relative to the project; of a package that is nowhere and has no certain place, "name@version".
  std::string path;
  bool by_script = false;   // its package has an install script, which may have done it
  bool by_manager = false;  // the package manager may have done it by itself
};

struct InstalledCheck {
  size_t packages = 0;                           // that are there
  size_t files = 0;                              // of theirs, compared
  std::vector<InstalledDifference> differences;  // sorted by path
};

struct ProjectCheck : PackageCounts {
  std::string name;
  std::string version;
  std::string lockfile_name;
  std::string lockfile_version;
  std::vector<std::string> pinned;  // what was written down just now
  std::optional<InstalledCheck> installed;
};

// Errors: those of `load_project`, `find_closures`, `fetch_packages`, `unpack_package` and
// `check_identity`; "installed-missing" (there is no node_modules), "installed-pnp" (nor
// does yarn's Plug'n'Play make one). What differs there is in the result, not an error.
Result<ProjectCheck> verify_project(const ProjectCheckOptions& options,
                                    const BuildEnvironment& environment, Diagnostics& diagnostics);

}  // namespace ingot
