// A Node program as a library that another program's process can load and start: what compact
// executables for Windows unpack.
//
// Owns what differs between the two, and the way back. A library is loaded anywhere, with its own
// thread-local storage and exception tables, by Windows itself; what it does not do by itself is to
// start, which loader/program/windows does by calling what was the program's entry. All changes:
//
//   - the headers say that it is a library; its entry is a place in the code that returns 1, which
//     is what Windows asks of a library's entry ("go on");
//   - Node's fuse is set: it will look for an application in the process's own executable;
//   - the certificates sign something else now, and are no longer announced; they stay at the end;
//   - the checksum is right again.
//
// Sources: Microsoft, "PE Format" and "DllMain entry point".
//
// Errors: those of reader.h and fuse.h; "pe-no-library" (this program cannot be made a library).
#pragma once

#include "packer/executable/pe/object.h"

namespace ingot::pe {

struct Library {
  Bytes bytes;
  uint32_t entry = 0;  // address of the program's
  uint32_t fuse = 0;   // address of the byte that is set
};

Result<Library> make_library(ByteView program);

// The program that a library was made of; some other bytes when it was made of none.
Result<Bytes> program_of(ByteView library, uint32_t entry, uint32_t fuse);

}  // namespace ingot::pe
