// The tree that an executable carries, as a folder on disk.
//
// Owns what is written: each file as it was installed (TypeScript as it was written, not what was
// made of it), with its mode, after its SHA-256 was compared with the sealed manifest's. Writes
// only below the folder: paths come from PayloadReader, which holds them to one tree; links come
// last and may lead nowhere else. Executes nothing.
#pragma once

#include <string>

#include "packer/commands/sealed_executable.h"

namespace ingot {

struct Extraction {
  size_t files = 0;
  size_t links = 0;
  uint64_t bytes = 0;
};

// Whether a link at `path` with this target leads to its own tree: relative, and ".." only at its
// beginning and not beyond the root, so that no other link on the way can lead it elsewhere.
bool stays_inside(std::string_view path, std::string_view target);

// `folder`: absolute; not there, or empty. Errors: those of base/new_folder.h, "file-damaged",
// "file-altered" (kIntegrity), "link-outside".
Result<Extraction> extract_tree(const SealedExecutable& sealed, const std::string& folder);

}  // namespace ingot
