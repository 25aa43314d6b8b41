// The loader's ELF file with a Node binary in it, compressed: what compact executables are cast
// from, in the place of the Node binary itself.
//
// Owns where the record and the frame of loader/compact_format.h go in the file, and finding them
// again in a finished executable. The loader is taken as it was linked
// (loader/program/linux/link.ld): its last loadable segment is one record long and grows by the
// frame. Does not compress (that is packer/cast/compact_template.h).
//
//   compact template = loader up to its last loadable segment, with other program headers and
//                      TableFields
//                      CompactHeader frame
//                      zeros up to kSectionAlignment, SectionTable of the loaded sections
//
// Errors: those of reader.h and fuse.h; "elf-no-slot" (no loader of ours); "elf-not-exec" (the Node
// binary is of another type, so the loader could not map it); those of ../compact_record.h.
#pragma once

#include <optional>

#include "base/digest.h"
#include "packer/executable/compact_record.h"
#include "packer/executable/elf/object.h"

namespace ingot::elf {

// The record for `binary`, but for the frame's size.
Result<CompactHeader> describe_runtime(ByteView binary, const Digest& sha256, bool hash_always);

// The record gets the frame's size and its own digest.
Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame);

// Of a finished executable or a compact template; nothing in others. "compact-damaged" when the
// record is there and wrong.
Result<std::optional<CompactParts>> find_compact(ByteView file);

}  // namespace ingot::elf
