// What the executables are called.
//
// Owns the placeholders in a name and the rule that each target has a file of its own. Looks at the
// disk only to refuse a folder in the place of a file.
//
//   {name}     of package.json without its scope, else the project's folder
//   {version}  of package.json
//   {target}   "win-x64"
//   {os}       its parts, as ingot calls them: "win"
//   {arch}     "x64"
//   {ext}      ".exe" for Windows, else nothing
//
// Errors (kUsage): "output-placeholder-unknown", "output-placeholder-empty" (no version in
// package.json), "output-placeholder-unfit" (a value that is no part of a file name),
// "output-shared" (several targets, one name), "output-is-folder".
#pragma once

#include <string>
#include <vector>

#include "packer/cast/options.h"
#include "packer/cast/project.h"

namespace ingot {

inline constexpr std::string_view kDefaultOutput = "dist/{name}-{target}{ext}";

// An absolute path for each of the options' targets, in their order.
Result<std::vector<std::string>> output_paths(const FileSystem& files, const BuildOptions& options,
                                              const Project& project);

}  // namespace ingot
