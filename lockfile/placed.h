// What both layouts of lockfile/placement.h do before and after they choose places.
#pragma once

#include "base/error.h"
#include "lockfile/instances.h"

namespace ingot {

// Refuses dependencies without a target that a production install would come across.
Status check_targets(const InstanceGraph& graph, Diagnostics& diagnostics);

// The lockfile of `graph` with its packages at their places.
Result<Lockfile> placed(const InstanceGraph& graph, std::vector<LockedPackage> packages,
                        Diagnostics& diagnostics);

}  // namespace ingot
