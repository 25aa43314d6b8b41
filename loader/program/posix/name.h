// Names of files in the cache and beside it.
//
// Owns how they are spelled.
#pragma once

#include "loader/program/cache_rules.h"
#include "loader/program/posix/files.h"

namespace ingot::loader {

// "<sha256>" and the names that are made of it.
struct Name {
  char text[kHexSize + 8];

  Name(const uint8_t sha256[32], const char* ending) {
    write_hex(sha256, text);
    char* at = text + kHexSize;
    for (; *ending != '\0'; ++ending) *at++ = *ending;
    *at = '\0';
  }
};

// Of a file that nobody looks for. It need not be secret: a name that somebody has is not used.
inline Name temporary_name() {
  uint64_t parts[4] = {process_id(), milliseconds()};
  return Name(reinterpret_cast<const uint8_t*>(parts), ".ingot");
}

}  // namespace ingot::loader
