// Which files of the user's own folder go into the executable.
//
// Owns the choice, with a reason for every file: what `npm pack` would choose (package.json
// "files", .npmignore, .gitignore, the names npm always and never packs), then include and exclude
// patterns. Three things differ from `npm pack`, because this folder is run and not published:
// symbolic links are kept; .gitignore rules that leave out what package.json or the command line
// names as an entry are not applied (a build's output is what runs); and secrets stay out unless
// they are named. `node_modules` of the folder is never looked into: packages come from the
// lockfile.
//
// Used for the project, for workspaces and for `file:` folders. Reads names, package.json, and the
// content of what may be a private key.
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "packer/unpack/package_facts.h"
#include "resolver/file_tree.h"

namespace ingot {

enum class FilePurpose {
  kRunning,  // of this folder, with the three differences
  kPacking,  // as `npm pack` does
};

struct ProjectFileOptions {
  FilePurpose purpose = FilePurpose::kRunning;
  // Where the folder lies in the tree: "" for the project, "packages/w" for a workspace.
  std::string place;
  // Paths relative to the folder that are always in.
  std::vector<std::string> entries;
  // Patterns relative to the project (with `place` in front), as in package.json "files"; a folder
  // stands for all below it, and one with a leading "!" takes back what an earlier one said.
  // `exclude` wins over everything but package.json and the entries.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  // Paths relative to the folder that are not looked at, with all below: workspaces, which are
  // packages of their own, and earlier outputs.
  std::vector<std::string> apart;
};

struct ProjectFile {
  std::string path;  // relative to the folder
  FileNodeKind kind = FileNodeKind::kFile;
  bool executable = false;
  uint64_t size = 0;
  std::string link_target;
  std::string reason;  // "an entry", "files: dist", "nothing leaves it out", ...
};

struct LeftOutFile {
  std::string path;
  std::string reason;
};

struct ProjectFiles {
  std::vector<ProjectFile> files;     // sorted by path, bytewise
  std::vector<LeftOutFile> left_out;  // files, and folders as a whole ("coverage/"), sorted
  // .gitignore rules that were not applied, as "dist (.gitignore)".
  std::vector<std::string> lifted;
  PackageFacts facts;
};

inline constexpr uint64_t kMaxProjectFile = uint64_t{1} << 30;
inline constexpr size_t kMaxProjectFiles = 200'000;

// Errors: "not-found" (the folder), those of `read_package_facts`, "package-json-missing",
// "entry-not-found", "link-escapes" (a link out of the project), "project-too-large". Every secret
// that is left out gives a warning "secret-left-out".
Result<ProjectFiles> choose_project_files(const FileSystem& files, const std::string& folder,
                                          const ProjectFileOptions& options,
                                          Diagnostics& diagnostics);

}  // namespace ingot
