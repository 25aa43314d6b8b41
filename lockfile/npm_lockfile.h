// package-lock.json and npm-shrinkwrap.json, of npm 5 to 11.
//
// Owns turning their text into a `Lockfile`, for lockfileVersion 1, 2 and 3, and refusing what npm
// wrongly accepts and can be seen in the file alone. A version 2 file is read by its "packages", as
// npm 7 and later do. Never asks whether the file fits package.json (lockfile/drift.h), whether
// every package has a proof (lockfile/proofs.h), or what a target needs.
//
// Source of the format: npm's documentation, "package-lock.json".
//
// Errors, all with a position; the first is returned, further ones are in `diagnostics`:
//   lockfile-conflict            merge conflict markers
//   json-*                       no JSON, or JSON with a key twice
//   lockfile-not-object          the file, or an entry, is something else than an object
//   lockfile-version             a lockfileVersion that is unknown
//   lockfile-ancient             made before npm 5.1: it does not say who needs what
//   lockfile-path-escapes        a package, link or tarball that would lie outside the project
//   lockfile-bad-path            a place that no package can have
//   lockfile-bad-name            a name that no package can have
//   lockfile-bad-version         a version that is none
//   lockfile-bad-field           a member of another type than it has
//   lockfile-source              a "resolved" that names nothing that can be fetched
//   lockfile-git-commit          a git source without a full commit id
//   lockfile-git-folder          a git source of which only a folder is the package
//   lockfile-link-target         a link whose target is not there, or a link itself
//   lockfile-path-twice          two entries for one place
//   lockfile-bundle              a bundled package in nobody's bundle
//   integrity-syntax, integrity-algorithm   see lockfile/integrity.h
#pragma once

#include <string>

#include "lockfile/lockfile.h"
#include "lockfile/manifest.h"

namespace ingot {

// `name` is what positions call the file. `project` is the package.json beside it: a version 1 file
// says nothing about the project, so its edges come from there (may be null: then there are none).
Result<Lockfile> parse_npm_lockfile(std::string text, std::string name, const Manifest* project,
                                    Diagnostics& diagnostics);

}  // namespace ingot
