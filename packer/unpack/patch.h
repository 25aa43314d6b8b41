// Changes that the user makes to a package's files: patch files of pnpm, yarn or bun.
//
// Owns carrying them out on an unpacked package as the package manager would have: files made,
// deleted and renamed, modes, and hunks at the lines where it finds them
// (packer/unpack/patch_hunks.h), also its odd ways: text that is no UTF-8 is decoded, with U+FFFD,
// when it is changed; yarn changes no modes and renames no files; pnpm is content with a patch that
// does not fit when it could be undone, because then it was applied before. Never touches the disk.
//
// Errors: "patch-malformed" (packer/unpack/patch_syntax.h), "patch-does-not-fit", which name the
// patch, the file and the hunk. Warnings, in the tarball's: "patch-left-out" (an optional one that
// does not fit), "patch-binary".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packer/unpack/package.h"
#include "packer/unpack/patch_syntax.h"

namespace ingot {

struct PatchFile {
  std::string path;  // for messages, relative to the project
  std::string text;
  // Where it does not fit, the package is used without it: yarn leaves out all of it, pnpm what
  // comes after the first change that does not.
  bool optional = false;
};

// The patches of one package, in the order in which they are applied.
struct PackagePatches {
  PatchManner manner = PatchManner::kBun;
  std::vector<PatchFile> files;

  // "a.patch & b.patch".
  std::string path() const;
  // All of them, one after the other.
  std::string text() const;
};

// The package with its patches applied, its package.json read again. Contents move to a new
// storage.
Status apply_patches(const PackagePatches& patches, const std::string& label,
                     UnpackedPackage& package);

}  // namespace ingot
