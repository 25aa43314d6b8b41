// Where yarn 1's cache may hold a tarball.
//
// Owns the layout of that cache: `v6/npm-<name with '-' for '/'>-<version>-<sha1>[-integrity]/
// node_modules/<name>/.yarn-tarball.tgz`, the tarball as it was downloaded beside its unpacked
// files, which are not looked at. The sha1 is the one behind the '#' in yarn.lock. Whoever reads
// the tarball verifies it. Never writes there. The caches of pnpm and bun keep no
// tarballs: see ARCHITECTURE.md.
#pragma once

#include <string>
#include <vector>

#include "lockfile/integrity.h"
#include "packer/acquire/environment.h"

namespace ingot {

// Most will not exist.
std::vector<std::string> yarn_cache_candidates(const Environment& environment,
                                               const std::string& name, const std::string& version,
                                               const Integrity& integrity);

}  // namespace ingot
