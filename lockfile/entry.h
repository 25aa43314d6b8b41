// What the readers of lockfiles share.
//
// Owns the checks on places and sources, and the checks on the whole once all entries are read.
// Never walks a document.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "lockfile/error_list.h"
#include "lockfile/lockfile.h"
#include "lockfile/manifest.h"

namespace ingot {

inline constexpr size_t kMostSetAside = 100'000;  // packages that memory is set aside for at once

// Refuses a text with merge conflict markers ("lockfile-conflict"). `mend` is the command that
// writes the lockfile anew.
Status refuse_conflicts(std::string_view text, const std::string& name, std::string_view mend);

// Refuses places that escape from the project and names that no package can have.
Status check_install_path(std::string_view path, const Place& position);

// A path as "resolved" or "file:" has it, relative to the project, made normal; "" is the project.
Result<std::string> local_path(std::string_view written, const Place& position);

// What a "resolved", or a version 1 "version" that is no number, says about where to fetch.
Result<PackageSource> read_source(std::string_view resolved, const Place& position);

// The repository and commit behind "https://codeload.github.com/user/repo/tar.gz/<commit>", as a
// "git+https:" source: an archive that the forge makes anew for everyone who asks, so what is
// pinned is the commit. Nothing for other addresses.
std::optional<std::string> git_of_archive(std::string_view url);

// Whether a package in a bundle comes out of another package's tarball: one that the project or a
// workspace bundles is fetched like any other.
bool is_inside_bundle(std::string_view install_path);

// Takes the integrity that is written in `entry`, unless its kind of source has none that counts.
Status read_integrity(const JsonCursor& entry, LockedPackage& package);

// Sorts the packages and checks what only the whole shows: places, links, bundles.
void finish_packages(Lockfile& lockfile, ErrorList& errors);

// Adds the project's edges to its workspaces, as far as the lockfile has them and they are linked
// from the project's own node_modules.
void add_workspace_dependencies(Lockfile& lockfile, const std::vector<std::string>& patterns);

// npm_lockfile_v1.cc: the "dependencies" tree of npm 5 and 6.
void read_dependency_tree(const JsonCursor& root, const Manifest* project, Lockfile& lockfile,
                          ErrorList& errors);

}  // namespace ingot
