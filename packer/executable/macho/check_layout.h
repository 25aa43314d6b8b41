// Would macOS load this file, and would Node find the blob in it?
//
// Applies the rules of the kernel's and dyld's loaders and of Node's search to the bytes of a
// finished file, and shares no code with the reader, the layout or the writer, so that a mistake of
// theirs shows here. Run on every file that is written. Never says where a file came from
// (original.h does).
//
// Sources: xnu bsd/kern/mach_loader.c (parse_machfile, load_segment, load_code_signature), dyld
// mach_o/Header.cpp, Image.cpp and ChainedFixups.cpp (validStructure, validSegments, validLinkedit,
// valid), and getsectdata in Libc.
//
// Errors, all with code "macho-layout", name the rule that is broken; those of check_signature.h.
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

Status check_layout(ByteView file);

}  // namespace ingot::macho
