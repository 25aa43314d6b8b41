// Whether each package has something for each target.
//
// Owns recognising packages that leave their binaries to a set of optional packages, one per
// platform ("@esbuild/linux-x64" and its siblings): npm installs none of the set in silence when
// none is for the platform, and the package fails when it is loaded. Known before anything is
// unpacked, from the closures and the lockfile alone; addons that a package brings itself are
// packer/unpack/assemble.h's.
#pragma once

#include <span>

#include "resolver/package_graph.h"

namespace ingot {

enum class MissingPlatforms { kRefused, kAllowed };

// Error "platform-missing" for a required package of which there is nothing for a target, all of
// them reported; a warning for an optional one, and for all with kAllowed.
Status check_coverage(const Lockfile& lockfile, std::span<const PackageGraph> closures,
                      MissingPlatforms policy, Diagnostics& diagnostics);

}  // namespace ingot
