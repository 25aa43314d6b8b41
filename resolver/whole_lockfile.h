// Every package of a lockfile that an install may put on some targets, development ones too.
//
// Owns what `ingot verify DIR` goes through: more than a closure (resolver/package_graph.h), with
// the same rules for platforms. What the lockfile has and nothing asks for is part of it, as it is
// locked all the same. Refuses nothing.
#pragma once

#include <map>
#include <span>
#include <string>

#include "resolver/package_graph.h"

namespace ingot {

// `platforms`: as in `ResolveOptions`. Left out is what runs on none of the targets, and what only
// such packages lead to. A node is optional when every way from the project to it is; the edges and
// `requested_by` are not filled in.
PackageGraph whole_lockfile(const Lockfile& lockfile, std::span<const Target> targets,
                            const std::map<std::string, PlatformConstraint>& platforms);

}  // namespace ingot
