// The byte that tells Node it carries an application.
//
// Every official binary has one text NODE_SEA_FUSE_...:0 in its data; with a '1' instead, Node
// looks for a blob at start. Owns finding that byte, in any executable format. Never changes it:
// that is part of a format's layout. Source: Node's src/node_sea.cc (POSTJECT_SENTINEL_FUSE) and
// postject-api.h.
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

// Offset of the '0' in a template. Errors: "template-no-fuse", "template-fuse-ambiguous" (found
// more than once, or not followed by '0' or '1'), "template-already-injected".
Result<uint64_t> find_unset_fuse(ByteView file);

// Whether the '0' or '1' at `offset` belongs to a fuse and is set. Errors: "out-of-bounds".
Result<bool> is_set_fuse(ByteView file, uint64_t offset);

// Whether there is exactly one fuse in `bytes`, and it is set.
bool has_one_set_fuse(ByteView bytes);

}  // namespace ingot
