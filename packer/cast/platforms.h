// The platforms of packages whose lockfile does not tell.
//
// Version 1 lockfiles record no "os" and "cpu", and older npm wrote no "libc": without them every
// platform's optional packages would go in. Owns asking the packages themselves: their verified
// tarballs are read, and the closure is computed again.
#pragma once

#include <vector>

#include "packer/acquire/fetch.h"
#include "resolver/package_graph.h"

namespace ingot {

// The packages behind the nodes, for the policy checks of lockfile/.
std::vector<const LockedPackage*> packages_of(const PackageGraph& graph);

// Asks the optional packages of `graph` whose platform the lockfile does not tell, and notes the
// answers in `options`. Whether there are any.
Result<bool> learn_platforms(const Lockfile& lockfile, const FetchSettings& settings,
                             const PackageGraph& graph, ResolveOptions& options,
                             Diagnostics& diagnostics);

// Replaces `graph` by one for the platforms that its optional packages really have. `options` keeps
// what was learnt, for the graphs of other targets.
Status refine_platforms(const Lockfile& lockfile, const FetchSettings& settings,
                        PackageGraph& graph, ResolveOptions& options, Diagnostics& diagnostics);

}  // namespace ingot
