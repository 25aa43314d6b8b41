// Which paths an archive may name, and where they lead inside the package.
//
// Owns the path half of the entry policy; knows nothing of archives. A path is refused rather than
// mended when it could mean another place on any of our targets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "packer/unpack/tarball.h"

namespace ingot {

struct EntryPath {
  std::string root;  // the first component, which is removed: "package"
  std::string path;  // the rest, normal; empty for the root itself
};

// Errors: "tarball-entry-escapes" (absolute, "..", a drive), "tarball-entry-name" (empty, NUL,
// backslash, not UTF-8, too long or too deep).
Result<EntryPath> check_entry_path(std::string_view raw, const std::string& label,
                                   const TarballLimits& limits);

// Whether a symbolic link at `entry` with this target stays inside the package. Hard links name
// their target from the root of the archive: `stays_inside_as_hard_link`.
bool stays_inside(const EntryPath& entry, std::string_view link_target);
bool stays_inside_as_hard_link(const EntryPath& entry, std::string_view link_target);

// Quoted for a message; a name may be a megabyte long, so only its beginning.
std::string shown_path(std::string_view path);

}  // namespace ingot
