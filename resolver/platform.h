// Which packages run on which target.
//
// Owns npm's rules for "os", "cpu" and "libc", and guessing the platform from a package's name when
// there is nothing else to go by. Never looks at a package's files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/target.h"
#include "lockfile/lockfile.h"

namespace ingot {

// "needs os darwin", or nothing when the package runs on the target. npm's rules: "!x" excludes x,
// a single "any" allows all, a list of exclusions allows the rest; a package that names a libc does
// not run where there is none to name.
std::optional<std::string> why_unsupported(const PlatformConstraint& constraint,
                                           const Target& target);

enum class NamedPlatform { kThisTarget, kAnother, kUnknown };

// "@esbuild/win32-x64" and the like: whether the name speaks of the target, of another platform, or
// of none at all.
NamedPlatform platform_of_name(std::string_view package_name, const Target& target);

}  // namespace ingot
