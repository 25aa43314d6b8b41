// The runtimes on this user's disk: one file for each Node binary, named by its SHA-256.
//
// Owns the folder, who may be trusted in it, and when a file in it is used without being read.
//
//   <folder>/runtimes/         0700, this user's; neither it nor <folder> is a symbolic link
//     <sha256>                 the Node binary, 0500; on macOS the bundle made of it
//     <sha256>.seal            SealRecord of that file
//     <sha256>.part, .new      in the making; whoever holds the lock may remove them
//     lock                     held (flock) while anything here is written or removed
//
// <folder> is INGOT_CACHE, else XDG_CACHE_HOME/ingot, else HOME/.cache/ingot, on macOS
// HOME/Library/Caches/ingot; INGOT_CACHE=off: none.
//
// A file whose owner, mode, size, inode and time of change are those of its record is used as it
// is: the kernel sets the time of change whenever content or mode change, and on Linux nobody can
// set it back. A file without such a record is read whole, and replaced if it is not the one that
// was sealed. What remains: who can write here runs as this user (or as root) and can forge a
// record, as they could change anything else of that user's; executables that are cast with
// --compact=paranoid read the file whole at each start.
//
// A runtime that was not started for 30 days is removed when another one is written. One in use is
// not: each process that runs it has a shared lock (flock) on it for as long as it is mapped.
// macOS gives the lock back sooner; there who has mapped the file keeps it when it loses its name.
#pragma once

#include "loader/compact_format.h"
#include "loader/program/cache_rules.h"
#include "loader/program/notice.h"
#include "loader/program/system.h"

namespace ingot::loader {

struct CacheVariables {
  const char* ingot_cache = nullptr;  // values of the environment; nullptr: not set
  const char* xdg_cache_home = nullptr;
  const char* home = nullptr;
};

struct CachedRuntime {
  CacheOutcome outcome = CacheOutcome::kNone;
  const char* why = nullptr;
  File file;  // read-only, with a shared lock
};

CachedRuntime find_or_make(const CacheVariables& variables, const CompactHeader& header,
                           const uint8_t* frame, bool fast_sha, Notice& notice);

// Fills a file of this process's own, which nobody else is to use.
CachedRuntime unpack_alone(File file, const CompactHeader& header, const uint8_t* frame,
                           bool fast_sha, Notice& notice);

}  // namespace ingot::loader
