// pnpm-lock.yaml, of pnpm 5 to 10 (lockfileVersion 5.3 to 9.0).
//
// Owns turning its text into an `InstanceGraph`: importers become the project and the user's other
// folders, every key of "packages" (9.0: of "snapshots") an instance. Where they are installed is
// lockfile/placement.h's. Never asks whether the file fits package.json.
//
// Source of the format: pnpm's "lockfile" specification and the files that pnpm 5 to 10 write; see
// lockfile/pnpm_key.h for its keys. The document that newer pnpm may put first (its own version and
// dependencies) is skipped.
//
// Errors, all with a position; the first is returned, further ones are in `diagnostics`:
//   lockfile-conflict, yaml-*, lockfile-version, lockfile-not-object, lockfile-bad-field,
//   lockfile-bad-name, lockfile-bad-version, lockfile-source, lockfile-git-commit,
//   lockfile-git-folder, lockfile-path-escapes, lockfile-bad-path, integrity-*   as in
//   lockfile/npm_lockfile.h lockfile-patch       a patch that is no hash, nor a hash and a file
// Where a patch has only a hash, as newer pnpm writes it, its `path` is empty: the file is named
// in pnpm's configuration.
// An entry that nothing refers to may be wrong: pnpm keeps such entries, and nothing is made of it.
// A dependency on something without an entry has no target; lockfile/placement.h refuses it.
#pragma once

#include "lockfile/instances.h"

namespace ingot {

Result<InstanceGraph> parse_pnpm_lockfile(std::string text, std::string name,
                                          Diagnostics& diagnostics);

}  // namespace ingot
