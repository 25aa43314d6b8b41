// Whether a locked package is what a dependency asks for.
//
// Owns npm's rules for it (arborist's "dep-valid"), for every kind of specification. Never looks a
// package up and never reports anything.
#pragma once

#include <string_view>

#include "lockfile/lockfile.h"

namespace ingot {

// `from` is the package that asks, `found` what look-up gives (possibly a link), `range` what is
// asked.
bool is_satisfied(const Lockfile& lockfile, const LockedPackage& from, const LockedPackage& found,
                  std::string_view range);

}  // namespace ingot
