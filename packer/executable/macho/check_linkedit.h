// The rules for what __LINKEDIT holds: dyld's tables, symbols, and the chained fixups.
//
// Part of check_layout.h, with the same sources and errors. Never looks into the code signature.
#pragma once

#include "packer/executable/macho/loaded_image.h"

namespace ingot::macho {

// `image` has a __LINKEDIT segment that is inside `file`.
Status check_linkedit(const LoadedImage& image, ByteView file);

}  // namespace ingot::macho
