// `ingot fetch`: everything that casting a project needs from elsewhere, into the store.
//
// Owns going through a build's first stages and stopping where the network is needed no more.
// Writes nothing but the store; the same command offline says whether all is there.
#pragma once

#include <string>
#include <vector>

#include "packer/cast/supplies.h"

namespace ingot {

enum class FetchTargets {
  kAsked,     // a target that the project cannot be cast for is an error
  kPossible,  // it is passed over with a warning "target-skipped", as long as there is another
};

struct FetchSummary : PackageCounts {
  std::string name;
  std::string version;
  std::vector<std::string> targets;  // whose runtimes and packages are in the store now
};

// Errors: those of `load_project`, `find_closures`, `get_runtimes` and `get_packages`.
Result<FetchSummary> fetch_project(const BuildOptions& options, FetchTargets which,
                                   const BuildEnvironment& environment, Diagnostics& diagnostics);

}  // namespace ingot
