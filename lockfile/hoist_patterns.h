// pnpm's "public-hoist-pattern": which packages the project sees without asking for them.
//
// Owns the default of each pnpm and matching names. Patterns are names in which `*` stands for
// anything; one with `!` in front takes out what earlier ones let in. Source: pnpm's documentation
// of the setting, and what pnpm 7 to 10 do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot {

// What pnpm does when nobody says otherwise. `lockfile_version`: as written; "9.0" is of pnpm 9 and
// of 10, which `package_manager` ("packageManager" of package.json, or "") tells apart.
std::vector<std::string> default_public_hoist(std::string_view lockfile_version,
                                              std::string_view package_manager);

bool matches_hoist_patterns(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace ingot
