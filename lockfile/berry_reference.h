// Descriptors and locators of yarn 2 and later: "name@npm:^1.0.0", "name@patch:…".
//
// Owns taking them apart, and what a locator's reference says about where the package comes from.
//
//   reference = [ protocol ":" ] [ source "#" ] selector [ "::" parameter { "&" parameter } ]
//   inside "patch:" the source is itself a locator, percent-encoded, and the selector is
//   file { "&" file }
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lockfile/lockfile.h"

namespace ingot {

struct BerryIdentifier {
  std::string_view name;
  std::string_view range;  // with its protocol
};

BerryIdentifier parse_berry_identifier(std::string_view text);

// The part in front of "::".
std::string_view without_parameters(std::string_view reference);

// The value of the parameter `name`, decoded; "" when there is none.
std::string berry_parameter(std::string_view reference, std::string_view name);

struct BerryPatch {
  std::string source;  // the locator of what is patched, decoded
  // Relative to the project, in their order; none for yarn's own patches.
  std::vector<PackagePatch::File> files;
  std::string hash;
};

// Nothing when the reference is not of a patch.
std::optional<BerryPatch> parse_berry_patch(std::string_view reference);

// What a locator's reference says about the source ("npm:", git, tarballs, folders; not "patch:").
// Errors: "lockfile-source", "lockfile-git-commit", "lockfile-git-folder", "lockfile-path-escapes".
Result<PackageSource> berry_source(std::string_view reference, const Place& position);

// "os=linux & (cpu=x64 | cpu=arm64) & libc=glibc".
PlatformConstraint parse_berry_conditions(std::string_view conditions);

}  // namespace ingot
