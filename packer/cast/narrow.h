// `--trace`: an assembled application without what cannot be reached from its entry.
//
// Owns putting a trace (resolver/trace/trace.h, which has the rules) into effect and telling what
// it could not follow.
#pragma once

#include <string>

#include "packer/compile/strip_types.h"
#include "packer/unpack/assemble.h"
#include "resolver/modules/resolution_table.h"
#include "resolver/package_graph.h"

namespace ingot {

struct Application {
  Assembly& assembly;
  StrippedTypes& stripped;
  ResolutionTable& modules;
};

// Changes all three to what is kept; the assembly's reasons are the trace's then, one per file.
// Each package with requests that could not be followed gives a warning "request-unfollowed"; when
// they are `rejected`, the same as errors.
Status narrow(const PackageGraph& graph, const std::string& entry, bool rejected,
              Application application, Diagnostics& diagnostics);

}  // namespace ingot
