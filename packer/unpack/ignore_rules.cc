#include "packer/unpack/ignore_rules.h"

namespace ingot {
namespace {

// Longer lines are no pattern that a person wrote.
constexpr size_t kMaxPattern = 4096;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  size_t first = line.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kSpace) - first + 1);
}

bool matches_folder(const IgnoreRule& rule, const std::string& path) {
  return rule.glob.matches("/" + path + "/") || rule.glob.matches(path + "/") ||
         (rule.glob.negated() && (rule.glob.matches("/" + path, GlobExtent::kLeading) ||
                                  rule.glob.matches(path, GlobExtent::kLeading)));
}

// `name`: the last component, when `path` has come down from a folder below.
bool matches(const IgnoreRule& rule, const std::string& path, bool as_folder,
             std::string_view name) {
  if (rule.glob.matches("/" + path) || rule.glob.matches(path)) return true;
  if (!as_folder) return false;
  return matches_folder(rule, path) ||
         (!name.empty() && rule.glob.is_about_names() && matches_folder(rule, std::string(name)));
}

}  // namespace

IgnoreRule ignore_rule(std::string_view pattern) {
  return {Glob(pattern, GlobCase::kIgnore), std::string(pattern)};
}

std::vector<IgnoreRule> parse_ignore_rules(std::string_view text) {
  std::vector<IgnoreRule> rules;
  while (!text.empty()) {
    size_t end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.front() != '#' && line.size() <= kMaxPattern)
      rules.push_back(ignore_rule(line));
  }
  return rules;
}

void IgnoreLevel::set(RuleSource source, std::vector<IgnoreRule> rules) {
  rules_[index(source)] = std::move(rules);
}

void IgnoreLevel::drop_overruled() {
  if (has(RuleSource::kFiles)) rules_[index(RuleSource::kNpmIgnore)].reset();
  if (has(RuleSource::kFiles) || has(RuleSource::kNpmIgnore))
    rules_[index(RuleSource::kGitIgnore)].reset();
}

IgnoreLevel IgnoreLevel::enter(const std::string& name) const {
  IgnoreLevel child(this, name);
  child.whole_ = file(name).included || file(name + "/").included;
  return child;
}

IgnoreVerdict IgnoreLevel::ask(const std::string& path, bool as_folder,
                               std::string_view name) const {
  IgnoreVerdict verdict;
  if (parent_) {
    verdict = parent_->ask(name_ + "/" + path, as_folder, name.empty() ? path : name);
    if (!verdict.included && !whole_) return verdict;
  }
  for (size_t source = 0; source < kRuleSources; ++source) {
    if (!rules_[source]) continue;
    for (const IgnoreRule& rule : *rules_[source])
      if (rule.glob.negated() != verdict.included && matches(rule, path, as_folder, name))
        verdict = {rule.glob.negated(), &rule, static_cast<RuleSource>(source)};
  }
  return verdict;
}

}  // namespace ingot
