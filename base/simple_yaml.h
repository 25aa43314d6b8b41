// The simple part of YAML, which is all that package managers write into most lockfiles, read fast.
//
// Owns reading block mappings and lists whose scalars and flow collections stand on one line. Of
// what it does not know for certain (anchors, tags, escapes, text over several lines, tabs, control
// characters, anything but ASCII) and of whatever is wrong it reads nothing: the text is then
// libfyaml's, and so are all errors. What it reads has the same tree, places included (but for an
// empty value, of which libfyaml knows no place).
#pragma once

#include "base/json_tree.h"

namespace ingot {

// Fills the tree from its text. False: there is something that is not simple, and the tree is empty
// as before.
bool read_simple_yaml(JsonDocument::Tree& tree);

}  // namespace ingot
