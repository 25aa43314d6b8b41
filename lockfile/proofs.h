// Whether each package's bytes can be proved by what the lockfile promises.
//
// Owns the policy on missing and weak integrities; the check of the bytes themselves is
// `Integrity::verify`. Asked about the packages that are going to be used, not about the whole
// file.
#pragma once

#include <span>

#include "lockfile/lockfile.h"

namespace ingot {

enum class UnverifiedPackages { kRefuse, kAllow };

// Errors, all of them reported as in lockfile/npm_lockfile.h:
//   integrity-missing        a tarball without integrity (not with kAllow)
//   integrity-unknown-archive  the same, when there is a checksum of an archive of yarn's that is
//                            made in a way not known here
//   lockfile-version-missing a registry package that cannot be found without a version
// One warning each for packages proved by sha1 only ("integrity-weak"), for packages from git
// ("integrity-git"), and, with kAllow, for those without integrity ("integrity-missing").
Status check_proofs(std::span<const LockedPackage* const> packages, UnverifiedPackages policy,
                    Diagnostics& diagnostics);

}  // namespace ingot
