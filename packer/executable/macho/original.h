// A finished Mach-O executable -> the blob in it, and the template it was made from.
//
// Owns finding ingot's segment and proving that a file is exactly what `lay_out` makes of some
// original and some blob: what casting changed of the original is taken from the undo record, the
// layout is computed again, every byte that is neither the original's nor the blob's is compared,
// and so is the signature; one of an identity (sign.h), which nobody else can make again, is
// checked instead. What remains unproven is then only whose the original is (a digest), what the
// blob says, and whether anybody trusts the identity.
//
// Errors: "executable-not-ingot" (no such segment); those of reader.h; of kind kIntegrity:
// "executable-altered".
#pragma once

#include "packer/executable/macho/layout.h"

namespace ingot::macho {

// Looks at a few pages only, and proves nothing.
Result<ByteView> find_blob(ByteView file);

// The proven way back to the original.
Result<UndoRecord> prove_original(ByteView file);

// The same, with what was computed again on the way.
struct Proof {
  Template original;
  Layout layout;
};
Result<Proof> prove(ByteView file);

}  // namespace ingot::macho
