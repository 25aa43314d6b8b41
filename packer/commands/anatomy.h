// What each byte of an executable of ours belongs to, by name.
//
// Owns the map of a file: the fields of its headers (ELF, Mach-O, PE) and of the payload's, its
// sections, the launcher, and every file, code cache and record of the payload. Judges nothing; a
// file that can be opened can be mapped.
#pragma once

#include <string>
#include <vector>

#include "packer/commands/sealed_executable.h"

namespace ingot {

enum class RegionKind { kHeader, kRuntime, kLauncher, kManifest, kModules, kFile, kCodeCache };

struct Region {
  RegionKind kind = RegionKind::kRuntime;
  std::string name;  // "program header 9, p_filesz", "main.js"
  uint64_t offset = 0;
  uint64_t size = 0;  // bytes
};

// One after the other, from the file's first byte to its last.
std::vector<Region> regions_of(const SealedExecutable& executable);

}  // namespace ingot
