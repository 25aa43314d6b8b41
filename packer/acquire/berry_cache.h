// Where the cache of yarn 2 and later may hold a package's archive.
//
// Owns the names in such a cache: `<name with '-' for '/'>-<protocol>[-<version>]-<10 hex of the
// locator's hash>-<10 hex of the checksum, or the cache key>.zip`, the former in a project's own
// folder, the latter in the one for all projects. The archive is the one that the checksum of
// yarn.lock is of: whoever reads it verifies that. Never writes there. Source: slugs and hashes as
// yarn 3.8 and 4.18 make them.
#pragma once

#include <string>
#include <vector>

#include "lockfile/lockfile.h"

namespace ingot {

// Paths below `folders`, in their order; most will not exist. Nothing for what is no package of a
// registry or a URL.
std::vector<std::string> berry_cache_candidates(const std::vector<std::string>& folders,
                                                const std::string& name, const std::string& version,
                                                const PackageSource& source,
                                                const ArchiveChecksum& checksum);

}  // namespace ingot
