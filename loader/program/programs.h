// The loaders of compact executables as bytes of this program, one for each target that has one.
//
// Owns nothing but the bytes: CMakeLists.txt here builds them, from the other files of this folder.
#pragma once

#include "base/byte_view.h"
#include "base/target.h"

namespace ingot {

// The linked loader, a program of its target; empty for a target that has none.
ByteView loader_program(const Target& target);

}  // namespace ingot
