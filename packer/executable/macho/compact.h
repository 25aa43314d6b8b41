// The loader's Mach-O file with a Node bundle in it, compressed: what compact executables for macOS
// are cast from, in the place of the Node binary itself.
//
// Owns what of the Node binary the user's executable has to show in its place (its entitlements,
// the versions of macOS that it was built for), where the record and the frame go, and finding them
// again in a finished executable. Does not compress (that is packer/cast/compact_template.h).
//
//   compact template = loader up to its segment "__INGOT", with another header
//                      segment "__INGOT", whole pages: CompactHeader frame zeros
//                      the loader's __LINKEDIT up to its signature
//                      zeros up to a multiple of 16  signature
//
// Errors: those of layout.h and reader.h; "macho-no-slot" (no loader of ours); those of
// ../compact_record.h.
#pragma once

#include <optional>

#include "packer/executable/compact_record.h"

namespace ingot::macho {

// `node`: the program that the frame's bundle was made of. The record gets the frame's size and its
// own digest.
Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame,
                           ByteView node);

// Of a finished executable or a compact template; nothing in others.
Result<std::optional<CompactParts>> find_compact(ByteView file);

}  // namespace ingot::macho
