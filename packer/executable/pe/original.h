// A finished PE executable -> the blob in it, and the template it was made from.
//
// Owns finding ingot's resources and proving that a file is exactly what `lay_out` makes of some
// original, the resources that the file shows and some blob, with or without a signature behind it:
// the original's headers and certificates are taken from the undo record, the layout is computed
// again, and every byte that is neither the original's nor the blob's is compared, the checksum at
// last. What remains unproven is whose the original is (a digest), what the blob says, and what the
// icon and the version information are to be (another digest: `presentation_of`).
//
// Errors: "executable-not-ingot" (no such resources); those of reader.h and resources.h; of kind
// kIntegrity: "executable-altered".
#pragma once

#include "base/digest.h"
#include "packer/executable/pe/layout.h"
#include "packer/executable/pe/object.h"
#include "packer/executable/undo_record.h"

namespace ingot::pe {

// Looks at a few pages only, and proves nothing.
Result<ByteView> find_blob(ByteView file);

// What the file shows, as views into it; proves nothing.
Result<Presentation> presentation_of(ByteView file);

// The proven way back to the original.
Result<UndoRecord> prove_original(ByteView file);

}  // namespace ingot::pe
