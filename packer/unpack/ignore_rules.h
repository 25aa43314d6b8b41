// Lists of patterns that leave files out, folder by folder, as `npm pack` applies them.
//
// Owns the order in which the rules of a folder and of the folders above it are asked, and what a
// pattern means there: case does not matter, a name matches at any depth, "!" takes a file in
// again, the last match counts. Never touches the disk. The behaviour follows npm's documentation
// of "files" and .npmignore, and its walker where that says nothing.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "packer/unpack/glob.h"

namespace ingot {

struct IgnoreRule {
  Glob glob;
  std::string text;  // as written
};

// The lines of an ignore file: blank ones and comments left out.
std::vector<IgnoreRule> parse_ignore_rules(std::string_view text);
IgnoreRule ignore_rule(std::string_view pattern);

// In the order they are asked: a later one overrules an earlier one.
enum class RuleSource { kDefault, kFiles, kNpmIgnore, kGitIgnore, kAlways };
inline constexpr size_t kRuleSources = 5;

struct IgnoreVerdict {
  bool included = true;
  const IgnoreRule* rule = nullptr;  // the one that decided; none: nothing matched
  RuleSource source = RuleSource::kDefault;
};

// The rules of one folder. A child keeps a pointer to its parent, which has to outlive it.
class IgnoreLevel {
 public:
  IgnoreLevel(const IgnoreLevel* parent, std::string name)
      : parent_(parent), name_(std::move(name)) {}

  void set(RuleSource source, std::vector<IgnoreRule> rules);
  bool has(RuleSource source) const { return rules_[index(source)].has_value(); }
  // "files" means that ignore files here do not count, .npmignore that .gitignore does not.
  void drop_overruled();

  // Whether the entry of this folder called `name` is in when it is a file.
  IgnoreVerdict file(const std::string& name) const { return ask(name, false, {}); }
  // Whether something in it may be in when it is a folder.
  IgnoreVerdict folder(const std::string& name) const { return ask(name, true, {}); }
  // The level of a folder in here.
  IgnoreLevel enter(const std::string& name) const;

 private:
  static size_t index(RuleSource source) { return static_cast<size_t>(source); }
  IgnoreVerdict ask(const std::string& path, bool as_folder, std::string_view name) const;

  const IgnoreLevel* parent_;
  std::string name_;
  // The folder itself is in, and not only on the way to something: its own rules may then take in
  // what the rules above leave out.
  bool whole_ = false;
  std::array<std::optional<std::vector<IgnoreRule>>, kRuleSources> rules_;
};

}  // namespace ingot
