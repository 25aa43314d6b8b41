// What a patch file says is to be done to a package's files, in order.
//
// Owns the reading of unified diffs as patch-package reads them, whose reader pnpm, yarn 2 and
// later and bun have taken over with small differences. Never looks at the files.
//
// Format, a line each; any other line outside a hunk is passed over:
//
//   patch  = { file }
//   file   = { "diff --git a/" p " b/" p | "old mode " m | "new mode " m | "new file mode " m |
//            "deleted file mode " m | "rename from " p | "rename to " p |
//            "--- " two letters p | "+++ " two letters p | "semver exclusivity " range }
//            { hunk }
//   hunk   = "@@ -" start [ "," count ] " +" start [ "," count ] " @@" ...
//            { " " line | "-" line | "+" line | "" | "\ No newline at end of file" }
//
// A file ends with the next "diff --git" line. Where that makes hunks longer than they say, pnpm
// and bun let a "--- a/" line end it, too. Paths are those of the "diff --git" line for files that
// are made or deleted, else that of the "+++" line.
//
// Errors: "patch-malformed", also for paths out of the package and modes that are not those of
// files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot {

enum class PatchManner { kPnpm, kBerry, kBun };

struct PatchPart {
  enum class Kind { kContext, kDeletion, kInsertion };
  Kind kind = Kind::kContext;
  std::vector<std::string_view> lines;  // without their line feeds
  bool no_newline = false;              // behind the last line, which ends the file
};

struct PatchHunk {
  // Lines from 1 and how many; numbers beyond all files are cut down to such a one.
  int64_t old_start = 1, old_count = 0, new_start = 1, new_count = 0;
  std::vector<PatchPart> parts;
  size_t line = 0;  // in the patch file, from 0
};

struct PatchEffect {
  enum class Kind { kDeletion, kRename, kCreation, kMode, kPatch };
  Kind kind = Kind::kPatch;
  std::string path;
  std::string to;                // of a renamed file
  bool executable = false;       // of what is made, or from now on
  bool was_executable = false;   // of a change of mode, as the patch has it
  std::vector<PatchHunk> hunks;  // of a creation the first counts
  std::string versions;          // yarn: a range, other versions are left alone; "" for all
  size_t line = 0;
};

struct ParsedPatch {
  std::vector<PatchEffect> effects;
  std::vector<size_t> binary;  // lines from which on a binary file is meant, which nobody patches
};

// `text` is well-formed and outlives what is made of it. `name`: of the patch file, for messages.
Result<ParsedPatch> parse_patch(std::string_view text, const std::string& name, PatchManner manner);

// JavaScript's `text.trim()`, and only at its end.
std::string_view js_trim(std::string_view text);
std::string_view js_trim_end(std::string_view text);

}  // namespace ingot
