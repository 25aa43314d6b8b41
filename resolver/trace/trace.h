// Which files of a tree an application can reach from its entry, and why each.
//
// Owns the rules below. They keep too much rather than too little: what a rule does not understand
// keeps a whole package. Never changes the tree, and never runs anything.
//
// A file is kept when it is
//   - the entry, or wanted by name (the project's "include" patterns);
//   - what a kept module requests by a literal specifier, as Node resolves it
//     (resolver/modules/resolution_table.h): require, require.resolve, import, import();
//   - named by a kept module by way of its own place (resolver/trace/places.h): that file, or all
//     below that folder;
//   - a package.json above a kept file, a licence of a package of which something is kept, or a
//     symbolic link that leads to a kept file or to a folder with one;
//   - of a package that is kept whole.
// A package is kept whole when one of its kept modules
//   - requests a computed specifier or hands the loader on (`require` as a value, createRequire
//     under conditions that are not followed, Module._load, eval);
//   - requests a literal specifier to which the table has no answer, though something is there;
//   - makes of its own place what is not understood, or names by it what is not there;
// or when something of it is kept and it has native code (addons, libraries, programs), or when
// another module takes its path (require.resolve, import.meta.resolve).
// A computed request whose beginning is spelled out reaches what it names: "./x" the package
// itself, "name/x" the package of that name. Any other may reach whatever is at hand, so that also
// the packages that its package depends on, and those that the project itself depends on, are kept
// whole. So are those that a package with native code depends on.
//
// What no rule sees is a file that is found by scanning node_modules from the outside, or by the
// working folder; an application that does so is not for tracing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "resolver/file_tree.h"
#include "resolver/modules/resolution_table.h"
#include "resolver/package_graph.h"

namespace ingot {

// A request that could not be followed.
struct UnfollowedRequest {
  uint32_t node = 0;  // index into FileTree::nodes()
  uint32_t line = 0;  // from 1
  uint32_t column = 0;
  std::string what;  // "a computed require", "a computed import", "eval", ...
};

struct Trace {
  std::vector<std::string> reasons;           // by node; "": not kept
  std::vector<UnfollowedRequest> unfollowed;  // by node, then place

  std::vector<uint32_t> kept() const;  // nodes, ascending
};

struct WantedFile {
  std::string path;
  std::string reason;
};

// `sources` is what `modules` was made from; `entry` is a file of the tree.
Trace trace_files(const FileTree& tree, const PackageGraph& graph, const ResolutionTable& modules,
                  const RunSources& sources, const std::string& entry,
                  const std::vector<WantedFile>& wanted);

}  // namespace ingot
