// Runs a program for macOS on Intel in a process of Linux, as far as the loader of compact
// executables needs it: both call functions alike, so its machine code runs as it is.
//
// Owns what the kernel and dyld do at a start: segments are mapped at their distances, rebases and
// binds of the chained fixups are done. What is bound to is given. Reads the file by Apple's
// <mach-o/loader.h> and <mach-o/fixup-chains.h>, not by ingot's code. For files that are
// well-formed only: whatever is not as expected fails the test.
#pragma once

#include <map>
#include <string>

#include "base/byte_view.h"

namespace ingot::testing {

using MainFunction = int (*)(int count, char** arguments, char** environment, char** apple);

// The program's main function; the program stays in memory. `functions`: by name as in the symbol
// table, "_open".
MainFunction load_program(ByteView file, const std::map<std::string, void*>& functions);

}  // namespace ingot::testing
