// Whether a locked package is what a dependency asks for.
//
// Owns npm's rules for it (arborist's "dep-valid"), for every kind of specification. Never reports
// anything.
#pragma once

#include <string_view>

#include "lockfile/lockfile.h"

namespace ingot {

// `from` is the package that asks, `found` what look-up gives (possibly a link), `range` what is
// asked.
bool is_satisfied(const Lockfile& lockfile, const LockedPackage& from, const LockedPackage& found,
                  std::string_view range);

// Whether an optional dependency is locked at another version than asked for although another one
// of the same set, of packages that are each for a platform, is locked right: where two versions of
// a set are needed, npm gives each its packages for the platform it runs on, and all others once.
bool is_other_platforms_mix_up(const Lockfile& lockfile, const LockedPackage& from,
                               const Dependency& dependency);

}  // namespace ingot
