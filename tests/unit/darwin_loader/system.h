// libSystem of macOS as the loader of compact executables knows it, played by Linux.
//
// Owns the translation of flags, numbers and structures, by Apple's public headers (xnu's bsd/sys
// and Libc's include) and not by loader/program/darwin/libsystem.h, whose second opinion it is; and
// a dlopen that keeps books and hands out a main function of the test's. For one process that is
// played to its end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "player.h"

namespace ingot::testing {

struct PlayedSystem {
  uint32_t entry = 0;                // of the main function in what dlopen loads
  MainFunction main = nullptr;       // which this one is in the place of
  std::vector<std::string> refused;  // parts of paths that dlopen does not load
  std::vector<std::string> loaded;   // the paths that it was asked for
  std::string temporary_folder;      // what confstr says; empty: nothing
  bool has_other_rights = false;     // what issetugid says
  bool allows_programs = true;       // what statfs says
};

// The one that the functions speak for.
PlayedSystem& played_system();

const std::map<std::string, void*>& functions_of_libsystem();

}  // namespace ingot::testing
