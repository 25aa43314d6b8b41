// From a package graph, its verified tarballs and the user's folder to the tree of files that an
// install would have made.
//
// Owns where each file comes to lie: packages under their install path, bundled packages out of the
// tarball of the one above them, workspaces and `file:` folders in their own place with a symbolic
// link to it, and the commands of each `node_modules/.bin`. Packages are unpacked in parallel, and
// no content is copied. Never runs an install script: it says which package would have needed one.
//
// What npm does that is not done here: carriage returns are not removed from "#!" lines, man pages
// are not linked, and `node_modules/.package-lock.json` is not written.
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"
#include "packer/unpack/package_supply.h"
#include "packer/unpack/project_files.h"
#include "resolver/file_tree.h"
#include "resolver/package_graph.h"

namespace ingot {

// The user's own files. All paths and patterns are relative to `folder`.
struct ProjectSource {
  const FileSystem& files;
  std::string folder;
  std::vector<std::string> entries;  // those in node_modules have no effect here
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<std::string> apart;  // outputs of earlier builds
};

// A package whose install script would have built an addon, of which there is no other form.
struct UnbuiltAddon {
  size_t package = 0;  // index into PackageGraph::packages
  std::string script;  // what npm would have run
  bool required = false;
};

struct FileReason {
  std::string path;  // in the tree
  std::string reason;
};

struct PackageDrop {
  size_t package = 0;
  DroppedEntry entry;
};

struct Assembly {
  FileTree tree;                      // sealed
  std::vector<FileReason> reasons;    // of the user's own files, sorted by path
  std::vector<LeftOutFile> left_out;  // of the user's own files, by tree path, sorted
  std::vector<PackageDrop> dropped;   // entries of tarballs
  std::vector<UnbuiltAddon> unbuilt;
  std::vector<size_t> scripts_not_run;  // packages with any other install script
  bool is_for_any_target = true;        // no addon had to be looked for
};

enum class MissingAddons { kRefused, kAllowed };

// Takes what the graph needs from the supply. Errors: those of `PackageSupply::take` and
// `choose_project_files`; "bundled-missing"
// (a package that should be in the tarball above it), "tarball-not-fetched",
// those of `FileTree::seal`, and "addon-not-built" for a required package (a warning for an
// optional one). When several packages are at fault, the most serious error is returned and the
// others are added to the diagnostics.
Result<Assembly> assemble_tree(const PackageGraph& graph, PackageSupply& supply,
                               const ProjectSource& project, Diagnostics& diagnostics,
                               MissingAddons addons = MissingAddons::kRefused);

}  // namespace ingot
