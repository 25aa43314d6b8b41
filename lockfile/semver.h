// Versions and version ranges as npm understands them.
//
// Owns the grammar of semantic versions (semver.org 2.0.0) and of npm's ranges (node-semver:
// x-ranges, hyphen, tilde and caret ranges, "||"), strict and loose, and the question whether a
// version is in a range. Never chooses a version among many: a lockfile has done that.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

// Longer texts are no version; node-semver has the same limit.
inline constexpr size_t kMaxVersionSize = 256;
// Longer texts are no range: comparing comparators with one another takes the square of their
// number, and nobody writes a range that comes near this.
inline constexpr size_t kMaxRangeSize = 16384;
// The largest number a version may hold: what JavaScript counts exactly.
inline constexpr uint64_t kMaxVersionNumber = 9007199254740991;

enum class SemverMode {
  kStrict,
  kLoose,  // also "=v1.2.3", "01.2.3" and "1.2.3beta", which old manifests contain
};

struct SemverOptions {
  SemverMode mode = SemverMode::kStrict;
  // Whether prereleases are in a range that does not name one with the same three numbers.
  bool include_prerelease = false;
};

// One of the dot-separated parts of a prerelease. Numeric ones are below all others.
struct PrereleaseIdentifier {
  bool numeric = false;
  std::string text;  // a numeric one without leading zeros

  std::strong_ordering operator<=>(const PrereleaseIdentifier& other) const;
  bool operator==(const PrereleaseIdentifier&) const = default;
};

class Version {
 public:
  uint64_t major = 0, minor = 0, patch = 0;
  std::vector<PrereleaseIdentifier> prerelease;
  std::vector<std::string> build;

  // Nothing when the text is no version.
  static std::optional<Version> parse(std::string_view text, SemverMode mode = SemverMode::kStrict);

  // Without the build part, which counts in no comparison.
  std::string text() const;
  // The precedence of semver.org section 11.
  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

enum class ComparatorOperator { kAny, kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

struct Comparator {
  ComparatorOperator op = ComparatorOperator::kAny;
  Version version;  // meaningless for kAny

  bool test(const Version& candidate) const;
  std::string text() const;  // "" for kAny
};

class VersionRange {
 public:
  // Nothing when the text is no range. "" is any version.
  static std::optional<VersionRange> parse(std::string_view text, SemverOptions options = {});

  bool test(const Version& version) const;
  // Whether some version could be in both. Approximate in the same places as node-semver.
  bool intersects(const VersionRange& other) const;
  // Canonical: ">=1.0.0 <2.0.0-0||3.0.0".
  std::string text() const;
  bool is_any() const { return text().empty(); }

  // Any one of the sets allows a version when all of its comparators do.
  const std::vector<std::vector<Comparator>>& sets() const { return sets_; }

 private:
  SemverOptions options_;
  std::vector<std::vector<Comparator>> sets_;
};

// False also when one of the two cannot be read.
bool satisfies(std::string_view version, std::string_view range, SemverOptions options = {});

}  // namespace ingot
