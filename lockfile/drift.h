// Whether a lockfile still fits the package.json files it was made from.
//
// Owns the comparison and its policy: what `npm ci` refuses is refused, what it accepts although
// the two differ is reported. Overrides of the project are honoured. Other platforms' optional
// packages that npm left out of the lockfile, or locked at another version, are no drift: whether a
// target needs one is the closure's question (resolver/package_graph.h). Never reads a file and
// never changes the lockfile unless told to adopt.
#pragma once

#include <span>
#include <string>

#include "lockfile/lockfile.h"
#include "lockfile/manifest.h"

namespace ingot {

// The package.json of a folder of the user.
struct LocalManifest {
  std::string install_path;  // "" is the project; "packages/w"
  const Manifest* manifest = nullptr;
  // Whether it is a folder that the project or a workspace only depends on ("file:", "link:",
  // "portal:"): its development dependencies are nobody's.
  bool is_linked = false;
};

// `manifests` holds the project's, each workspace's that lies on disk, and those of the other
// `Lockfile::local_packages()`; for one that is missing the lockfile is taken at its word.
//
// Errors, all of them reported as in lockfile/npm_lockfile.h:
//   drift-missing    a dependency that the lockfile does not have
//   drift-invalid    one that is locked at something the dependency does not allow
//   drift-workspace  a workspace that the lockfile does not have, or has elsewhere
//   manifest-*       a dependency that means nothing
// Warnings: drift-specification (asked for differently, but still satisfied), drift-removed (no
// longer asked for), drift-identity (name or version of the project), drift-peer (a peer of another
// version than asked for), drift-transitive (the same of what a package asks for that only
// workspaces or other folders need: `npm ci` does not look there), drift-unneeded (packages that
// nothing asks for).
Status check_drift(const Lockfile& lockfile, std::span<const LocalManifest> manifests,
                   Diagnostics& diagnostics);

// Puts the manifests' edges in place of the lockfile's own record of them, as npm does: they decide
// what is a development dependency now. To be called when `check_drift` has passed.
void adopt_manifests(Lockfile& lockfile, std::span<const LocalManifest> manifests);

}  // namespace ingot
