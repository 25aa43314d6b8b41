// The runtime for this process alone, where there is no cache; gone with it.
//
// Owns the two places that need no name: memory, and a file that has lost its name. In what is
// returned `file` is invalid when that cannot be had.
#pragma once

#include "loader/program/posix/cache.h"

namespace ingot::loader {

CachedRuntime make_in_memory(const CompactHeader& header, const uint8_t* frame, bool fast_sha,
                             Notice& notice);
// In `folder` or else where the system keeps temporary files.
CachedRuntime make_temporary(const char* folder, const CompactHeader& header, const uint8_t* frame,
                             bool fast_sha, Notice& notice);

}  // namespace ingot::loader
