// A package from git, got and proved.
//
// Owns joining packer/acquire/git_client.h with the store: the commit's files, the digest that may
// be pinned for them, and remembering that they are the commit's.
#pragma once

#include "packer/acquire/local_sources.h"

namespace ingot {

// Errors: those of packer/acquire/git_client.h, "integrity-mismatch" when a digest is pinned.
Result<FoundBytes> clone(const TarballRequest& request, const FetchSettings& settings);

}  // namespace ingot
