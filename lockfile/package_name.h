// What may be the name of a package.
//
// Owns npm's rules for names of old and new packages, and the way from a place in node_modules to
// the name of what lies there. Names become folders, so whatever could leave node_modules is no
// name.
#pragma once

#include <string_view>

namespace ingot {

inline constexpr size_t kMaxPackageNameSize = 214;  // npm's own limit

// "a", "@scope/a": only characters that need no escape in a URL, no leading dot or underscore.
// Capital letters and "~!'()*" are allowed because old packages have them, "$" because yarn does.
bool is_package_name(std::string_view name);

// "node_modules/a/node_modules/@s/b" -> "@s/b"; for a folder outside node_modules its last
// component, with the one before it when that begins with '@'.
std::string_view name_of_install_path(std::string_view install_path);

// "node_modules/a/node_modules/b" -> "node_modules/a"; "packages/w/node_modules/b" -> "packages/w";
// "" for what lies at the top or is no part of a node_modules folder.
std::string_view container_of_install_path(std::string_view install_path);

// Whether the path names something inside a node_modules folder, and not a folder of the user.
bool is_in_node_modules(std::string_view install_path);

}  // namespace ingot
