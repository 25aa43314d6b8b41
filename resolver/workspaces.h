// The workspaces of a project as they lie on disk.
//
// Owns finding the folders that the project's "workspaces" patterns name and that have a
// package.json. Reads folders through base/file_system.h; never reads a manifest and never follows
// a symbolic link, so that a link to somewhere above cannot send it round in circles.
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"

namespace ingot {

// Paths relative to `project`, sorted. Errors: "workspaces-too-many" when the patterns make it look
// into more folders than any project has; what the file system says about a folder that cannot be
// listed.
Result<std::vector<std::string>> find_workspaces(const FileSystem& files,
                                                 const std::string& project,
                                                 const std::vector<std::string>& patterns);

}  // namespace ingot
