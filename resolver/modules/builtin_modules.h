// The names that Node answers itself, before it looks for any file.
//
// Owns the table for Node 26.10. A name in it is never resolved to a file of the tree.
#pragma once

#include <string_view>

namespace ingot {

// Whether `specifier` names a module of Node: "fs", "fs/promises", anything that begins with
// "node:".
bool is_builtin_module(std::string_view specifier);

}  // namespace ingot
