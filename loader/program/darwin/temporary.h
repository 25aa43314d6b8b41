// The runtime for this process alone, where there is no cache.
//
// Owns the file, which has to have a name until dyld has loaded it. A start that is killed before
// leaves it behind, where the system itself clears.
#pragma once

#include "loader/program/posix/cache.h"

namespace ingot::loader {

// In `folder` (nullptr: none is wanted) or else where the system keeps this user's temporary files.
// `file` is invalid when that cannot be had.
CachedRuntime make_temporary(const char* folder, const CompactHeader& header, const uint8_t* frame,
                             bool fast_sha, Notice& notice);

}  // namespace ingot::loader
