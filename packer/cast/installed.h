// An installed node_modules, beside the tarballs that it should have come from.
//
// Owns the comparison, file by file, and finding packages that are not locked. Follows no link out
// of a package's folder, changes nothing and trusts no record of the package manager.
#pragma once

#include "base/file_system.h"
#include "packer/cast/verify_project.h"
#include "packer/unpack/package.h"

namespace ingot {

struct InstalledPlace {
  const FileSystem& files;
  const std::string& project;  // its folder, absolute
  const Lockfile& lockfile;
};

// Adds what differs between the folder of the package and its files, and what lies in its own
// node_modules without being locked. A folder that is not there is missing when the package is
// `required`, and else not compared; a link in its place is changed.
Status compare_installed(const InstalledPlace& where, const LockedPackage& locked, bool required,
                         const UnpackedPackage& package, InstalledCheck& check);

// The first half of that, for a package that lies at `place`, relative to the project.
Status compare_folder(const InstalledPlace& where, const std::string& place,
                      const UnpackedPackage& package, InstalledCheck& check);

// The same for what lies in the project's node_modules without being locked; links to folders of
// the user that lead elsewhere are changed.
Status find_unlocked(const InstalledPlace& where, InstalledCheck& check);

// Where a link leads, relative to the project ("" for itself) when it is below it, normal.
Result<std::string> link_target(const InstalledPlace& where, const std::string& place);

}  // namespace ingot
