// Changes that the user makes to a package's files: a patch file of pnpm, yarn or bun.
//
// Owns reading unified diffs and applying them to an unpacked package, to the letter: a hunk
// applies at the line it names, with exactly its context, or the package is refused. (Their own
// tools search nearby lines; what that finds depends on the tool.) Never touches the disk.
//
// Format, a line each; what git writes between files ("diff --git", "index", "similarity index") is
// passed over:
//
//   patch  = { file }
//   file   = { "diff --git " ... | "old mode " m | "new mode " m | "new file mode " m |
//            "deleted file mode " m | "rename from " p | "rename to " p | "index " ... }
//            [ "--- " old  "+++ " new  { hunk } ]
//   old, new = "/dev/null" | [ "a/" | "b/" ] path
//   hunk   = "@@ -" start [ "," count ] " +" start [ "," count ] " @@" ...
//            { " " line | "-" line | "+" line | "\ No newline at end of file" }
//
// Errors: "patch-malformed" (also binary patches, links and paths out of the package),
// "patch-does-not-fit".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "packer/unpack/package.h"

namespace ingot {

struct PatchFile {
  std::string path;  // for messages, relative to the project
  std::string text;
};

// The package with the patch applied, its package.json read again. Contents move to a new storage.
Status apply_patch(const PatchFile& patch, const std::string& label, UnpackedPackage& package);

}  // namespace ingot
