// The loader's PE file with a Node library in it, compressed: what compact executables for Windows
// are cast from, in the place of the Node binary itself.
//
// Owns what of the Node binary the user's executable has to show in its place (its resources, the
// names that addons ask for, the sizes of stacks), where the record and the frame go, and finding
// them again in a finished executable. Does not compress (that is packer/cast/compact_template.h).
//
//   compact template = loader, with other headers
//                      section ".edata": each of Node's exports, led on to kLibraryName
//                      section ".rsrc": Node's resources
//                      section ".ingot": CompactHeader frame
//                      each followed by zeros up to the file alignment
//
// Errors: those of reader.h, resources.h, exports.h, library.h; "pe-no-slot" (no loader of ours);
// those of ../compact_record.h.
#pragma once

#include <optional>

#include "packer/executable/compact_record.h"
#include "packer/executable/pe/object.h"

namespace ingot::pe {

// Of libnode.dll, which is what loader/program/windows unpacks to: newer addons ask for it first.
inline constexpr std::string_view kLibraryName = "libnode";

// `node`: the program that the frame's library was made of. The record gets the frame's size and
// its own digest.
Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame,
                           ByteView node);

// Of a finished executable or a compact template; nothing in others. "compact-damaged" when the
// record is there and wrong.
Result<std::optional<CompactParts>> find_compact(ByteView file);

}  // namespace ingot::pe
