// Compact templates: the loader of a target with that target's Node binary compressed in it, the
// same functions for every executable format.
//
// Owns telling the formats apart; compact.h and library.h of each format have the rest.
//
// Errors: those, and those of compact_record.h; "compact-too-large".
#pragma once

#include <optional>

#include "packer/executable/compact_record.h"

namespace ingot {

// What is compressed of a Node binary.
struct CompactRuntime {
  CompactHeader header;  // but for the frame's size
  Bytes made;            // what `content` views when that is not the binary itself
  ByteView content;
};

// `sha256`: of the binary.
Result<CompactRuntime> describe_runtime(ByteView node, const Digest& sha256, bool hash_always);

// `node`: the binary that the record and the frame are of.
Result<Bytes> make_compact(ByteView loader, const CompactHeader& header, ByteView frame,
                           ByteView node);

// Of a finished executable or a compact template; nothing in others.
Result<std::optional<CompactParts>> find_compact(ByteView file);

// SHA-256 of the Node binary that the parts of a compact executable `file` hold.
Result<Digest> digest_of_node(ByteView file, const CompactParts& parts);

// SHA-256 of the template that `loader` makes with these parts.
Result<Digest> digest_of_template(ByteView loader, const CompactParts& parts);

}  // namespace ingot
