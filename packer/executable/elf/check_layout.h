// Would Linux load this file, and would Node find the blob in it?
//
// Applies the rules of the kernel's loader and of Node's search to the bytes of a finished file,
// and shares no code with the reader, the layout or the writer, so that a mistake of theirs shows
// here. Run on every file that is written. Never says where a file came from (original.h does).
//
// Sources: Linux fs/binfmt_elf.c (load_elf_phdrs, load_elf_binary, elf_map), glibc
// elf/dl-support.c, and postject_find_resource in Node's postject-api.h.
//
// Errors, all with code "elf-layout", name the rule that is broken.
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::elf {

Status check_layout(ByteView file);

}  // namespace ingot::elf
