// How pnpm's lockfiles name packages.
//
// Owns the three generations of keys ("dependency paths") and of references to them. Never looks
// anything up.
//
//   lockfileVersion 5.x   /name/1.0.0[_peers]     reference: 1.0.0[_peers], or a whole key
//   lockfileVersion 6.x   /name@1.0.0[(peer)...]  reference: 1.0.0[(peer)...], or a whole key
//   lockfileVersion 9.0   name@1.0.0[(peer)...]   reference: 1.0.0[(peer)...], or a whole key
//   all: what comes from elsewhere has the place instead of a version, or as the whole key:
//        file:dir, host/user/repository/commit, name@https://..., name@git+https://...
//
// Source of the format: pnpm's "lockfile" specification and the files that pnpm 5 to 10 write.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ingot {

enum class PnpmKeys { kSlash, kSlashAt, kAt };  // 5.x, 6.x, 9.0

// The key in "packages" (or "snapshots") that `reference`, the value of the dependency `name`,
// stands for. Nothing for what is not a package of the lockfile ("link:../folder").
std::optional<std::string> pnpm_key_of(PnpmKeys keys, std::string_view name,
                                       std::string_view reference);

struct PnpmName {
  std::string_view name;     // "" when the key does not tell
  std::string_view version;  // or where the package comes from
  std::string_view suffix;   // "(react@18.2.0)", "_react@18.2.0": peers and patch; may be empty
};

PnpmName parse_pnpm_key(PnpmKeys keys, std::string_view key);

// Whether it stands for a runtime ("runtime:24.4.1" of node), which is no package.
bool is_runtime(std::string_view reference);

// The key without peers and patch: the one that 9.0 uses in "packages".
std::string_view without_suffix(std::string_view key);

}  // namespace ingot
