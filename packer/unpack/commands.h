// The symbolic links of `node_modules/.bin`.
//
// Owns which command of which package gets a link, as npm decides: every package in a node_modules
// folder offers its commands to the `.bin` of that folder; what exists is linked and made
// executable; of several packages with one command the first in npm's order of paths wins, and a
// link (workspace, `file:` folder) comes after all others; a file of that name that a tarball
// brought along is replaced. The project's own commands are linked nowhere.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packer/unpack/tree_draft.h"
#include "resolver/package_graph.h"

namespace ingot {

// `commands[i]`: command -> path inside the package, of package `i` of the graph; for a link, those
// of the package it leads to. The draft has to be sorted, and is sorted afterwards.
void link_commands(const PackageGraph& graph,
                   const std::vector<std::map<std::string, std::string>>& commands,
                   TreeDraft& draft);

}  // namespace ingot
