// Which lockfile a project has, and what is made of it.
//
// Owns the choice between lockfiles, telling their kinds apart, and the layout of node_modules that
// the project's package manager would make (for lockfiles that do not record one). Reads, never
// writes. What a lockfile says is lockfile/'s.
//
// Errors: "lockfile-missing", "lockfile-several" (of more than one package manager, and
// package.json does not say which counts), "lockfile-binary" (bun.lockb), those of the parsers and
// of lockfile/placement.h. Warning: "lockfile-ignored" (others beside the one that counts).
#pragma once

#include <span>
#include <string>

#include "base/file_system.h"
#include "lockfile/drift.h"
#include "lockfile/lockfile.h"

namespace ingot {

// The name of the file. `package_manager` is "packageManager" of package.json ("pnpm@9.1.0"), or
// "".
Result<std::string> find_lockfile(const FileSystem& files, const std::string& folder,
                                  std::string_view package_manager, Diagnostics& diagnostics);

// `manifests`: the project's, then those of its workspaces. `hoist` asks for the flat layout also
// where the package manager would make an isolated one.
Result<Lockfile> read_lockfile(const FileSystem& files, const std::string& folder,
                               const std::string& name, std::string text,
                               std::span<const LocalManifest> manifests, bool hoist,
                               Diagnostics& diagnostics);

}  // namespace ingot
