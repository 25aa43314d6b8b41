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

// What decides where packages lie, besides the project's own configuration.
struct LayoutOptions {
  // The flat layout also where the package manager would make an isolated one.
  bool hoist = false;
  // Places as after an install with development packages, for package managers that would choose
  // others without (yarn 2 and later, in the flat layout).
  bool with_development = false;
};

// The name of the file. `package_manager` is "packageManager" of package.json ("pnpm@9.1.0"), or
// "".
Result<std::string> find_lockfile(const FileSystem& files, const std::string& folder,
                                  std::string_view package_manager, Diagnostics& diagnostics);

// `manifests`: the project's, then those of its workspaces.
Result<Lockfile> read_lockfile(const FileSystem& files, const std::string& folder,
                               const std::string& name, std::string text,
                               std::span<const LocalManifest> manifests,
                               const LayoutOptions& layout, Diagnostics& diagnostics);

}  // namespace ingot
