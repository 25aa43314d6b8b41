// How many packages a project has, what proves them and where their bytes came from.
//
// Owns the counting, for what is said after building, fetching and verifying alike. Knows no
// wording: packer/report/package_report.h.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "packer/acquire/fetch.h"
#include "packer/cast/project.h"
#include "resolver/package_graph.h"

namespace ingot {

struct PackageCounts {
  size_t packages = 0;                                  // without links and folders of the user
  std::vector<std::pair<std::string, size_t>> proofs;   // kind -> packages
  std::vector<std::pair<std::string, size_t>> origins;  // where the bytes came from -> packages
  size_t signatures = 0;                                // packages that their registry vouches for
};

// Of all packages of `graph`; what has no tarball of its own there has no origin. Leaves the
// signatures at 0.
PackageCounts count_packages(const Project& project, const PackageGraph& graph,
                             std::span<const VerifiedTarball> tarballs);

}  // namespace ingot
