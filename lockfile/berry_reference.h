// Descriptors and locators of yarn 2 and later: "name@npm:^1.0.0", "name@patch:…".
//
// Owns taking them apart, and what a locator's reference says about where the package comes from.
//
//   reference = [ protocol ":" ] [ source "#" ] selector [ "::" parameter { "&" parameter } ]
//   inside "patch:" the source is itself a locator, percent-encoded
#pragma once

#include <string>
#include <string_view>

#include "lockfile/lockfile.h"

namespace ingot {

struct BerryIdentifier {
  std::string_view name;
  std::string_view range;  // with its protocol
};

BerryIdentifier parse_berry_identifier(std::string_view text);

// "npm%3A1.0.0" -> "npm:1.0.0". What is no escape stays.
std::string percent_decode(std::string_view text);

// The part in front of "::".
std::string_view without_parameters(std::string_view reference);

struct BerryPatch {
  std::string source;  // the locator of what is patched, decoded
  std::string path;    // of the patch file, relative to the project; "" for yarn's own patches
  std::string hash;
};

// Nothing when the reference is not of a patch.
std::optional<BerryPatch> parse_berry_patch(std::string_view reference);

// What a locator's reference says about the source ("npm:", git, tarballs, folders; not "patch:").
// Errors: "lockfile-source", "lockfile-git-commit", "lockfile-path-escapes".
Result<PackageSource> berry_source(std::string_view reference, const Position& position);

// "os=linux & (cpu=x64 | cpu=arm64) & libc=glibc".
PlatformConstraint parse_berry_conditions(std::string_view conditions);

}  // namespace ingot
