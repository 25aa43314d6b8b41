// Reads a folder on disk into a FileTree, for programs of this folder that compare with Node.
#pragma once

#include <string>

#include "resolver/file_tree.h"

namespace ingot {

// Everything below `root`, node_modules included, sealed.
Result<FileTree> read_folder(const std::string& root);

}  // namespace ingot
