// A finished ELF executable -> the blob in it, and the template it was made from.
//
// Owns finding ingot's notes and proving that a file is exactly what `lay_out` makes of some
// original and some blob: the original's program headers are taken from the undo record, the layout
// is computed again, and every byte that is neither the original's nor the blob's is compared. What
// remains unproven is then only whose the original is (a digest) and what the blob says.
//
// Errors: "executable-not-ingot" (no such notes); those of reader.h; of kind kIntegrity:
// "executable-altered".
#pragma once

#include "packer/executable/elf/object.h"
#include "packer/executable/undo_record.h"

namespace ingot::elf {

// Looks at a few pages only, and proves nothing.
Result<ByteView> find_blob(ByteView file);

// The proven way back to the original.
Result<UndoRecord> prove_original(ByteView file);

}  // namespace ingot::elf
