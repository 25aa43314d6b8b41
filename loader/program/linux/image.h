// Puts a program where the kernel would have put it, and starts it.
//
// Owns what execve does for a dynamically linked program, done by the process itself: the segments
// and the dynamic linker are mapped, and the auxiliary vector, which tells the dynamic linker of
// them, is changed. Nothing else of the process changes: its id, descriptors, signals, arguments,
// environment and, above all, /proc/self/exe, which is the user's executable. So Node's execPath is
// right without its being told, and Node finds the application in memory, in the segment that the
// kernel mapped for the loader. Sources: System V ABI chapter 5; Linux fs/binfmt_elf.c;
// glibc elf/rtld.c, which takes the program from AT_PHDR, AT_PHNUM and AT_ENTRY.
#pragma once

#include <elf.h>

#include "loader/compact_format.h"
#include "loader/program/system.h"

namespace ingot::loader {

// What the kernel left on the stack.
struct StartStack {
  explicit StartStack(uint64_t* stack);

  uint64_t* stack;   // argc is here
  const char* name;  // argv[0], or what was executed
  char** environment;
  Elf64_auxv_t* auxiliary;

  uint64_t find(uint64_t type) const;  // 0: the kernel says nothing of it
  bool set(uint64_t type, uint64_t value) const;
  const char* variable(const char* name) const;  // nullptr: not set
};

enum class Mapped {
  kDone,
  kNoPrograms,     // the file's disk may hold no programs; nothing was changed
  kNoRoom,         // the runtime's addresses are taken
  kNoInterpreter,  // the system has no dynamic linker: `interpreter`
  kMalformed,
};

struct Image {
  Mapped outcome = Mapped::kMalformed;
  const char* interpreter = "";
  uint64_t entry = 0;  // of the dynamic linker
};

// Maps the Node binary in `file`, with `application` in the place of its notes, and sets its fuse.
Image map_image(int file, const CompactHeader& header, const Elf64_Phdr& application,
                const StartStack& start);

// Lets the program run. The stack is as the kernel made it, but for the auxiliary vector.
[[noreturn]] void enter(uint64_t entry, uint64_t* stack);

}  // namespace ingot::loader
