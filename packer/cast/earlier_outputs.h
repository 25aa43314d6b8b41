// Executables that ingot left in the project, so that a build does not carry the last one along.
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"

namespace ingot {

// Paths relative to the project, of files in its folder and in dist/ that hold a SEA blob, whoever
// made them, and of the bills of materials beside them. What cannot be looked at is not one.
std::vector<std::string> earlier_outputs(const FileSystem& files, const std::string& project);

}  // namespace ingot
