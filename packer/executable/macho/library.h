// A Node program as a bundle that another program's process can load and start: what compact
// executables for macOS unpack.
//
// Owns what differs between the two, and the way back. dyld loads a bundle anywhere, with its
// thread-local storage and its initializers; what it does not do is to call its main function,
// which loader/program/darwin does. All changes:
//
//   - the header says that it is a bundle; the load commands that only a program has are gone
//     (__PAGEZERO, LC_LOAD_DYLINKER, LC_MAIN), and so is __PAGEZERO in the chained fixups' list;
//   - Node's fuse is set: it will look for an application in the process's own executable;
//   - the signature is an ad hoc one of what the file is now; Node's own is in the undo record.
//
//   bundle = program up to the end of what __LINKEDIT holds beside the signature, with patches
//            zeros up to a multiple of 16  UndoRecord (packer/executable/undo_record.h)
//            zeros up to a multiple of 16  signature
//
// Sources: dyld, mach_o/Header.cpp (validSemantics...), dyld/JustInTimeLoader.cpp
// (makeJustInTimeLoaderDisk), dyld/Loader.cpp (mapSegments). dyld also loads programs as they are,
// "eventually banned" (dyld/DyldAPIs.cpp, dlopen), so it is not relied upon.
//
// Errors: those of layout.h, reader.h, chained_fixups.h and fuse.h; "macho-no-library" (this
// program cannot be made a bundle).
#pragma once

#include "packer/executable/macho/object.h"

namespace ingot::macho {

struct Library {
  Bytes bytes;
  uint32_t entry = 0;  // of the main function, from the beginning of the image
};

Result<Library> make_library(ByteView program);

// The program that a bundle was made of. Of any other bundle: an error of kind kIntegrity,
// "compact-damaged".
Result<Bytes> program_of(ByteView library);

}  // namespace ingot::macho
