// yarn.lock of yarn 2, 3 and 4 ("Berry").
//
// Owns turning its text, with the package.json files it was made from, into an `InstanceGraph`.
// Where packages are installed is lockfile/placement.h's; which instances a package with peers has
// is lockfile/peer_instances.h's: the lockfile has one entry for all of them.
//
//   file        = { "__metadata": { version, cacheKey }, key: entry }
//   key         = descriptor { ", " descriptor }
//   descriptor  = name "@" range            range: "npm:^1.0.0", "workspace:.", "patch:…", "file:…"
//   entry       = { version, resolution: locator, dependencies, dependenciesMeta, peerDependencies,
//                   peerDependenciesMeta, bin, conditions, checksum, linkType, languageName }
//   locator     = name "@" reference        reference: "npm:1.0.0", "workspace:packages/a", …
//   conditions  = alternatives { " & " alternatives }     alternatives: "(os=linux | os=darwin)"
//
// Source of the format: the files that yarn 2.4 to 4.18 write (versions 4 to 10).
//
// Errors, all with a position; the first is returned, further ones are in `diagnostics`: yaml-*,
// lockfile-* and integrity-* as in lockfile/npm_lockfile.h, lockfile-descriptor-twice,
// drift-missing as in lockfile/yarn_lockfile.h. Of an entry that cannot be read only who depends on
// it hears.
#pragma once

#include <map>
#include <span>

#include "lockfile/drift.h"
#include "lockfile/instances.h"

namespace ingot {

// The ranges that "catalog:" and "catalog:<name>" stand for, by the catalog's name and the
// package's; the one without a name is "".
using BerryCatalogs = std::map<std::string, std::map<std::string, std::string>>;

// `manifests`: the project's first, then each workspace's that lies on disk. `catalogs`: those of
// .yarnrc.yml, which the lockfile only refers to.
Result<InstanceGraph> parse_berry_lockfile(std::string text, std::string name,
                                           std::span<const LocalManifest> manifests,
                                           Diagnostics& diagnostics,
                                           const BerryCatalogs& catalogs = {});

}  // namespace ingot
