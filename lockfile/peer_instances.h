// One instance of a package for each choice of peers its dependents make.
//
// pnpm writes these instances into its lockfile; yarn 2 and later make them anew at each install
// ("virtual packages"), so for the isolated layout they have to be made here. Owns that expansion:
// a peer is taken from the dependent's own dependencies, from the dependent itself, or from the
// peers the dependent was given. For a peer that none has the package's own dependency of that name
// stands in, else it stays missing.
//
// Error: "lockfile-too-many-instances".
#pragma once

#include "base/error.h"
#include "lockfile/instances.h"

namespace ingot {

inline constexpr size_t kMaxInstances = 200'000;

// Afterwards the peers are dependencies like others, and `peers` lists are empty. Entries that
// nothing reaches are gone.
Result<InstanceGraph> with_peer_instances(const InstanceGraph& graph);

}  // namespace ingot
