// The Node binary out of its compressed form, into a file.
//
// Owns decompressing in a bounded amount of memory and the check of what came out. Does not know
// what file it is.
#pragma once

#include "loader/compact_format.h"
#include "loader/program/notice.h"
#include "loader/program/system.h"

namespace ingot::loader {

enum class Unpacked {
  kDone,
  kNotWritten,  // the disk is full or broken: elsewhere it may work
  kDamaged,     // what came out is not what was sealed
  kNoMemory,
};

// Writes the binary to `file`, which is empty. `frame`: mapped; what was read is let go again.
Unpacked unpack(const CompactHeader& header, const uint8_t* frame, FileNumber file, bool fast_sha,
                Notice& notice);

// Whether the file's content is the one that was sealed.
bool has_content(FileNumber file, const CompactHeader& header, bool fast_sha);

}  // namespace ingot::loader
