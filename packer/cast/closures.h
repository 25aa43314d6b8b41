// The packages of each target of a build.
//
// Owns asking the resolver once per target and joining the answers, so that what several targets
// need is fetched and unpacked once. Decides nothing about a package.
#pragma once

#include <span>
#include <vector>

#include "packer/cast/options.h"
#include "resolver/package_graph.h"

namespace ingot {

// One graph per target of the options, in their order; each package in them has its proof. Errors:
// those of `resolve_packages` and `check_proofs`.
Result<std::vector<PackageGraph>> find_closures(const Lockfile& lockfile,
                                                const BuildOptions& options,
                                                const ResolveOptions& resolve,
                                                Diagnostics& diagnostics);

// Every package of any of them, sorted by install path; its target is the first one's.
PackageGraph united(std::span<const PackageGraph> closures);

}  // namespace ingot
