// What Node finds in an executable of ours, and what it is told to do with it.
//
// Owns the choice of every field of the SEA blob beside the payload's bytes: casting writes exactly
// this, and verifying accepts nothing else.
#pragma once

#include "packer/executable/sea_blob.h"

namespace ingot {

// `stub` is borrowed, and whatever `payload` borrows.
SeaContent launcher_of(ByteView stub, ByteSource payload);

}  // namespace ingot
