// The pieces of text that versions and ranges are made of; shared by semver.cc and semver_range.cc.
//
// Owns scanning of numbers, identifiers and the part of a version that follows its three numbers.
// Never builds a range.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "lockfile/semver.h"

namespace ingot {

inline constexpr std::string_view kSemverSpace = " \t\r\n\f\v";

std::string_view trim_semver_space(std::string_view text);

// The number of digits at the front of `text` that make a number: in strict mode "0" or digits that
// do not begin with one.
size_t number_size(std::string_view text, SemverMode mode);
std::optional<uint64_t> version_number(std::string_view digits);

struct VersionTail {
  std::vector<PrereleaseIdentifier> prerelease;
  std::vector<std::string> build;
};
// "-alpha.1+build", all of `text`; in loose mode the hyphen may be missing.
std::optional<VersionTail> parse_version_tail(std::string_view text, SemverMode mode);

// The last number of a version and what follows it, all of `text`. Loose versions may run the two
// together, in which case the longest number that leaves something readable wins.
struct PatchAndTail {
  std::string_view patch;
  VersionTail tail;
};
std::optional<PatchAndTail> parse_patch_and_tail(std::string_view text, SemverMode mode);

}  // namespace ingot
