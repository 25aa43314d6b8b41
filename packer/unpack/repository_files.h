// Which files of a repository belong to the package that it is the source of.
//
// Owns leaving out what `npm pack` would: a commit has more files than a published package. Works
// on unpacked files in memory; the rules are those of packer/unpack/project_files.h.
#pragma once

#include "base/result.h"
#include "packer/unpack/package.h"

namespace ingot {

// Errors: those of `choose_project_files`.
Status keep_what_is_packed(UnpackedPackage& package);

}  // namespace ingot
