// Which file the executable runs.
//
// Owns the order: --entry, --bin, the project's one "bin", its "main", index.js.
#pragma once

#include <string>

#include "packer/cast/options.h"
#include "packer/cast/project.h"
#include "resolver/file_tree.h"

namespace ingot {

// The path as the user means it, relative to the project, before there is a tree: it tells which of
// the project's own files have to be in. Empty for a command of a dependency. Errors:
// "bin-ambiguous" (several "bin", none chosen), "entry-missing" (nothing says what to run).
Result<std::string> wanted_entry(const Project& project, const BuildOptions& options);

// The file in the tree, links followed. Errors: "entry-missing", "bin-missing".
Result<std::string> find_entry(const FileTree& tree, const std::string& wanted,
                               const BuildOptions& options);

}  // namespace ingot
