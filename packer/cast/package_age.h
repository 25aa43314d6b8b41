// Whether packages are as old as the policy demands ("minimumAgeDays").
//
// Owns the comparison. A time is the registry's word; where it is not known (offline, and never
// asked before; a tarball of no registry) the package is refused, for what nobody knows is not old.
// The answer depends on the day; what is cast does not.
#pragma once

#include <cstdint>

#include "packer/acquire/fetch.h"
#include "packer/cast/policy.h"

namespace ingot {

// `now`: seconds since 1970. Errors, each with the way to the package: "policy-age",
// "policy-age-unknown"; those of packer/acquire/publication.h.
Status check_ages(const Policy& policy, const Lockfile& lockfile,
                  std::span<const LockedPackage* const> packages, const FetchSettings& settings,
                  uint64_t now, Diagnostics& diagnostics);

}  // namespace ingot
