// The runtimes on this user's disk: one folder for each Node library, named by its SHA-256.
//
// Owns the folder, who may be trusted in it, and when a file in it is used without being read.
//
//   <folder>\runtimes\         this user's alone; neither it nor <folder> is a link
//     <sha256>\libnode.dll     Node as a library: packer/executable/pe/library.h
//     <sha256>\seal            SealRecord of that file
//     <sha256>\part, new       in the making; whoever holds the lock may remove them
//     lock                     held (LockFileEx) while anything here is written or removed
//
// <folder> is INGOT_CACHE, else LOCALAPPDATA\ingot; INGOT_CACHE=off: none.
//
// A file whose size, place on the disk and times are those of its record is used as it is. Unlike
// on Linux, who may write to the file can set all of these back; but that is only who runs as this
// user, and could as well change anything else of that user's. A file without such a record is read
// whole, and replaced if it is not the one that was sealed. It is read whole at each start, too, by
// executables cast with --compact=paranoid and by processes with an administrator's rights, which a
// user's other processes do not have. From its check until it is loaded nobody can write to it.
//
// A runtime that was not started for 30 days is removed when another one is written. One in use is
// not: Windows removes no library that is loaded.
#pragma once

#include "loader/compact_format.h"
#include "loader/program/cache_rules.h"
#include "loader/program/notice.h"
#include "loader/program/system.h"

namespace ingot::loader {

struct CachedRuntime {
  CacheOutcome outcome = CacheOutcome::kNone;
  const char* why = nullptr;
  Path path;  // of the library
  File file;  // keeps others from writing to it
};

// `out` is as it was made.
void find_or_make(const CompactHeader& header, const uint8_t* frame, bool fast_sha, Notice& notice,
                  CachedRuntime& out);

// The same in a folder of this process's own among the temporary files. Nobody can remove it at the
// process's end: the next start that comes here does.
void make_temporary(const CompactHeader& header, const uint8_t* frame, bool fast_sha,
                    Notice& notice, CachedRuntime& out);

}  // namespace ingot::loader
