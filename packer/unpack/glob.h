// File name patterns, as package.json "files", .npmignore and include/exclude lists use them.
//
// Owns one pattern: `*` (within a component), `**` (whole components), `?`, `[a-z]`, `[!a]`,
// `{a,b}`, backslash escapes, a leading `!` (kept, never applied: see `negated`) and a trailing `/`
// (matches only a path that ends with one). The meaning follows minimatch with the options npm
// packs with: names that start with a dot are like any other, and a pattern without a slash is
// about the last component. Extended groups such as `+(a|b)` are plain characters. Never touches
// the disk. Takes at most time proportional to pattern times path, whatever the pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot {

enum class GlobCase { kSensitive, kIgnore };  // ASCII letters

enum class GlobExtent {
  kWhole,    // the path is what the pattern describes
  kLeading,  // or the path is a folder on the way to something that the pattern may describe
};

class Glob {
 public:
  explicit Glob(std::string_view pattern, GlobCase letters = GlobCase::kSensitive);

  // The pattern began with an odd number of '!'.
  bool negated() const { return negated_; }
  // Whether one of its alternatives is a single component, trailing slash aside.
  bool is_about_names() const;
  bool matches(std::string_view path, GlobExtent extent = GlobExtent::kWhole) const;

 private:
  using Components = std::vector<std::string>;
  std::vector<Components> alternatives_;  // of the braces
  GlobCase letters_;
  bool negated_ = false;
};

// The alternatives that the braces of `pattern` stand for; at most 1000, after which the rest is
// taken as plain text.
std::vector<std::string> expand_braces(std::string_view pattern);

}  // namespace ingot
