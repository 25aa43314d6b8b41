// The JavaScript that ingot brings along, as it lies in this program's own bytes.
//
// Owns nothing but access: the sources are the files of this folder, joined at build time by
// link.cmake. All of it is plain ASCII.
#pragma once

#include <array>

#include "base/byte_view.h"

namespace ingot {

// Every runtime/*.js that runs inside an executable, as the scripts of the runtime's parts: the
// first is run by every start (runtime/main.js), the others when a module of theirs is needed.
std::array<ByteView, 3> runtime_scripts();
// The main script of the single executable application (runtime/stub.js).
ByteView runtime_stub();
// The code-cache compiler (runtime/compiler.js).
ByteView compiler_script();
// The type stripper (runtime/type_stripper.js).
ByteView type_stripper_script();

}  // namespace ingot
