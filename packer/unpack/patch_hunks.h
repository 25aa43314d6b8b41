// A file's text with the hunks of a patch in it, at the lines where the package manager that is to
// install it would put them.
//
// Owns the search for those lines, which is another one in each:
//
//   pnpm   the line that is named, then those 1 before, 1 after, 2 before ... 20 after
//   yarn   from the line after the one that is named in the new file, as far as earlier hunks were
//          moved from there: it, then those 1 before, 1 after ... to both ends of what is left of
//          the file
//   bun    the line that is named in the new file. It does not look at what it overwrites; here
//          that has to be what the patch says, as what it would make else is of no use
//
// Lines are equal in all three when they are so but for white space at their ends. Hunks are looked
// for in the old text, so those of pnpm may overlap, and are then carried out as it does, by
// JavaScript's `splice`.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "packer/unpack/patch_syntax.h"

namespace ingot {

// `text` is well-formed. The error is the hunk that fits nowhere, from 0.
std::expected<std::string, size_t> apply_hunks(std::string_view text,
                                               std::span<const PatchHunk> hunks,
                                               PatchManner manner);

}  // namespace ingot
