// Node's CommonJS resolution over a tree: what `require("x")` in a file leads to.
//
// Owns the semantics of Module._resolveFilename of Node 26.10 (modules.html, "All together"): own
// name, #imports, "exports", the walk through node_modules up to the root of the tree, extensions,
// "main" and index files. Never guesses: where Node would throw, print a warning or leave the tree,
// there is no answer, and Node's own algorithm decides at run time. Absolute paths and Node's own
// modules have no answer either.
#pragma once

#include <string_view>

#include "resolver/modules/module_world.h"

namespace ingot {

// The file that `require("specifier")` in the file `parent` leads to, links followed; nullptr when
// there is no answer. `parent` is a path of the tree.
const FileNode* cjs_resolve(const ModuleWorld& world, std::string_view specifier,
                            std::string_view parent);

}  // namespace ingot
