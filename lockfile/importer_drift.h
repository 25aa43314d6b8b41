// Whether a lockfile of yarn, pnpm or bun still fits the package.json files it was made from.
//
// Owns the comparison of what each folder of the user asks for now with what the lockfile recorded
// for it: those package managers write both the request and the choice down, so no tree has to be
// walked. What npm's lockfiles need is in lockfile/drift.h.
//
// Errors, all of them reported as in lockfile/npm_lockfile.h:
//   drift-missing    a dependency that the lockfile has nothing for
//   drift-invalid    one that is locked at something the dependency does not allow
// Warnings: drift-specification (asked for differently, but still satisfied), drift-removed (no
// longer asked for).
#pragma once

#include <span>

#include "lockfile/drift.h"

namespace ingot {

Status check_importers(const Lockfile& lockfile, std::span<const LocalManifest> manifests,
                       Diagnostics& diagnostics);

}  // namespace ingot
