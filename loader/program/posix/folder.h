// Finding and claiming the cache folder.
//
// Owns who may be trusted with it: folders are opened one below the other, never through a symbolic
// link below the one that the environment names, and belong to this user alone.
#pragma once

#include "loader/program/posix/cache.h"

namespace ingot::loader {

struct Folder {
  File file;
  bool off = false;           // the user wants none
  const char* why = nullptr;  // there is none
};

// "<folder>/runtimes", made if need be.
Folder open_runtimes_folder(const CacheVariables& variables);

}  // namespace ingot::loader
