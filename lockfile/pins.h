// ingot.lock.json: digests for packages whose lockfile promises nothing about their bytes.
//
// Owns its format, and giving packages the digests it has for them. It lies beside the lockfile and
// belongs under version control as the lockfile does: whoever writes it (`ingot verify --pin`)
// trusts the bytes of that moment. Never replaces what a lockfile says.
//
//   { "version": 1, "packages": { "<name>@<version>": "<SRI>", ... } }
//
// In place of the version stands the address of a package that is in no registry. The digest of one
// from git is that of the archive that packer/acquire/git_objects.h makes of its commit.
#pragma once

#include <map>
#include <set>
#include <string>

#include "lockfile/lockfile.h"

namespace ingot {

inline constexpr std::string_view kPinsName = "ingot.lock.json";

using Pins = std::map<std::string, Integrity>;

// Errors: "pins-malformed", "pins-version", "pins-weak" (sha1 proves too little to be written down
// anew), and those of base/json.h and lockfile/integrity.h.
Result<Pins> parse_pins(std::string text);
std::string write_pins(const Pins& pins);

// What a package is called there; nothing when it needs no digest (it has one, or a checksum of
// yarn's that can be checked) or can have none (it is no tarball).
std::optional<std::string> pin_name(const LockedPackage& package);

// Gives each package that needs a digest the pinned one. The install paths of those that got one.
std::set<std::string> apply_pins(const Pins& pins, Lockfile& lockfile);

}  // namespace ingot
