// yarn.lock of yarn 1.
//
// Owns turning its text, with the package.json files it was made from, into an `InstanceGraph`: the
// lockfile knows neither the project nor its workspaces, only what "name@range" became. Where
// packages are installed is lockfile/placement.h's. Commands, platforms, peers and bundles are not
// in the file: they come from the packages themselves.
//
// Source of the format: the files that yarn 1.22 writes; lockfile/yarn_syntax.h has the grammar.
//
// Errors, all with a position; the first is returned, further ones are in `diagnostics`:
//   yarn-*               see lockfile/yarn_syntax.h
//   lockfile-*, integrity-*  as in lockfile/npm_lockfile.h
//   lockfile-is-berry    a yarn.lock of yarn 2 or later
//   drift-missing        something a package.json asks for that the lockfile does not have
#pragma once

#include <span>

#include "lockfile/drift.h"
#include "lockfile/instances.h"

namespace ingot {

// Whether a yarn.lock is one of yarn 2 and later.
bool is_berry_lockfile(std::string_view text);

// `manifests`: the project's first, then each workspace's.
Result<InstanceGraph> parse_yarn_lockfile(std::string text, std::string name,
                                          std::span<const LocalManifest> manifests,
                                          Diagnostics& diagnostics);

}  // namespace ingot
