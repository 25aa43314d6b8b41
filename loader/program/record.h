// What the loader of every system carries: Node's fuse, and the check of the packer's record.
//
// Owns the exit codes of a loader that cannot go on. Does not know where the record is.
#pragma once

#include "loader/compact_format.h"

namespace ingot::loader {

inline constexpr int kExitDamaged = 3;      // as runtime/stub.js leaves
inline constexpr int kExitCannotRun = 126;  // as shells do
inline constexpr int kExitNotFound = 127;

inline constexpr const char* kRuntimeChanged = "damaged: its Node.js runtime has changed";

// Whether the fuse is set: an application was put into this executable.
bool has_application();

// The record as it was written, or nothing that may be used.
bool is_whole(const CompactHeader& header, bool fast_sha);

}  // namespace ingot::loader
