// Where the packages of an `InstanceGraph` are installed.
//
// Owns the two layouts that package managers make of such a graph. Both give a `Lockfile` in which
// Node's own look-up leads every dependency to the instance the lockfile chose for it. What a
// target does not need is placed too (development, other platforms): the resolver leaves it out,
// and the rest stays where the package manager puts it.
//
// Errors: "lockfile-dangling" for a dependency that the lockfile has nothing for, if a production
// install would come across it; "lockfile-path-twice" when two instances would be in one place.
#pragma once

#include "base/error.h"
#include "lockfile/instances.h"

namespace ingot {

// What packages may see without declaring it, by links in `store`/node_modules. The project itself
// does not see those.
enum class HoistedLinks {
  kNone,
  kDependencies,  // all but what the project depends on itself: pnpm, unless "hoist" is false
  kAll,           // bun
};

struct IsolatedLayout {
  // The folder of the store of packages below the project: "node_modules/.pnpm".
  std::string store;
  HoistedLinks hoist = HoistedLinks::kDependencies;
  // Which of them the project sees as well: lockfile/hoist_patterns.h.
  std::vector<std::string> public_patterns = {};
};

// Every instance in a folder of its own, `store`/<key>/node_modules/<name>, with links to its
// dependencies beside it: pnpm's layout, and the one of yarn's "pnpm" linker.
Result<Lockfile> place_isolated(InstanceGraph graph, const IsolatedLayout& layout,
                                Diagnostics& diagnostics);

// As few and as high copies as look-up allows: yarn 1's layout. Its source is the behaviour of
// yarn 1.22: breadth first, names in order; of several versions of a name that the project does not
// itself depend on, the one with most dependents gets the top.
Result<Lockfile> place_hoisted(InstanceGraph graph, Diagnostics& diagnostics);

// The instances behind a lockfile that does record places, for a layout other than its own. Peers
// are among an instance's `peers`, and among its dependencies as what its place leads them to, for
// where nobody provides them. What comes in the tarball of another package stays there.
InstanceGraph instances_of(const Lockfile& lockfile);

// The name of an instance's folder in the store: its key without the characters that some file
// system refuses, shortened by a digest when it is long or when letter case would count.
std::string store_folder(std::string_view key);

}  // namespace ingot
