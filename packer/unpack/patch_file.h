// The patch files of a project: found, and held against what the lockfile says of them.
//
// Owns reading them and their hashes, which differ from one package manager to the next: pnpm up to
// 9 writes the MD5 in base32 (lower case, no padding), pnpm 10 the SHA-256 in hex, both of the text
// with line feeds alone. What yarn writes is a piece of a hash over more than the file, and bun
// writes none: there the file is trusted as the project's own sources are.
//
// Errors: "patch-missing", "patch-altered" (kIntegrity), "file-too-large".
#pragma once

#include "base/file_system.h"
#include "packer/unpack/patch.h"

namespace ingot {

// `package` has patches, one or, as yarn has them, several.
Result<PackagePatches> read_patches(const FileSystem& files, const std::string& project_folder,
                                    const LockedPackage& package, LockfileKind kind);

}  // namespace ingot
