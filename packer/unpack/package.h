// A package as it comes out of its tarball, with the proof that it is the one that was locked.
//
// Owns joining files and package.json, and the check that npm leaves out: a verified digest proves
// that these are the bytes somebody recorded, not that they are the package of that name.
#pragma once

#include <string>

#include "base/result.h"
#include "lockfile/lockfile.h"
#include "packer/unpack/package_facts.h"
#include "packer/unpack/tarball.h"

namespace ingot {

struct UnpackedPackage {
  UnpackedTarball tarball;
  PackageFacts facts;
};

// Errors: those of `unpack_tarball` and `read_package_facts`, "package-json-missing". Files that
// `bin` names are executable.
Result<UnpackedPackage> unpack_package(ByteView tarball, const std::string& label,
                                       const TarballLimits& limits = {});

enum class Unprepared { kRefused, kAllowed };

// What becomes of packages from git.
struct GitRules {
  Unprepared unprepared = Unprepared::kRefused;
  bool everything = false;  // their package manager installs all files, not `npm pack`'s choice
};

// What was locked, whatever it comes from. `rules.unprepared`: whether files as they are in the
// repository are enough where the package has scripts that package managers
// run before, or a file that git keeps elsewhere. Errors: those of `unpack_package` and
// `check_identity`, "git-unprepared", "git-lfs".
Result<UnpackedPackage> unpack_locked(ByteView bytes, const LockedPackage& locked,
                                      const GitRules& rules);

// What package.json says about the files: the second half of `unpack_package`, for files that have
// changed.
Status read_package(const std::string& label, UnpackedPackage& package);

// Errors (kIntegrity): "package-name-mismatch", "package-version-mismatch". A version may be
// spelled as npm tolerates it ("v1.2.3", "=1.2.3", "1.2.3+build"). What the lockfile does not say
// is not compared: the version of a package from a folder or a URL.
Status check_identity(const PackageFacts& facts, const LockedPackage& locked);

// "name@version", for messages.
std::string package_label(const LockedPackage& locked);

}  // namespace ingot
