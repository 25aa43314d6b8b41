#include "lockfile/resolutions.h"

namespace ingot {
namespace {

// "a@npm:1.0.0/@s/b@npm:^1" -> "a@npm:1.0.0", "@s/b@npm:^1".
std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> parts;
  while (!pattern.empty()) {
    size_t end = pattern.find('/');
    if (pattern.starts_with('@') && end != std::string_view::npos) end = pattern.find('/', end + 1);
    parts.push_back(pattern.substr(0, end));
    if (end == std::string_view::npos) break;
    pattern.remove_prefix(end + 1);
  }
  return parts;
}

std::string_view plain(std::string_view range) {
  return range.starts_with("npm:") ? range.substr(4) : range;
}

}  // namespace

Resolutions::Resolutions(const std::vector<std::pair<std::string, std::string>>& written) {
  for (const auto& [pattern, value] : written) {
    std::vector<std::string_view> parts = split(pattern);
    if (parts.empty()) continue;
    Rule rule;
    std::string_view last = parts.back();
    size_t at = last.find('@', 1);
    rule.name = last.substr(0, at);
    if (at != std::string_view::npos) rule.range = plain(last.substr(at + 1));
    if (parts.size() > 1 && parts[parts.size() - 2] != "**") {
      std::string_view parent = parts[parts.size() - 2];
      size_t reference = parent.find('@', 1);
      rule.parent = parent.substr(0, reference);
      if (reference != std::string_view::npos)
        rule.parent_reference = plain(parent.substr(reference + 1));
    }
    rule.value = value;
    rules_.push_back(std::move(rule));
  }
}

std::optional<std::string_view> Resolutions::find(std::string_view parent,
                                                  std::string_view reference, std::string_view name,
                                                  std::string_view range) const {
  for (const Rule& rule : rules_)
    if (rule.name == name && (rule.parent.empty() || rule.parent == parent) &&
        (rule.parent_reference.empty() || rule.parent_reference == plain(reference)) &&
        (rule.range.empty() || rule.range == plain(range)))
      return rule.value;
  return std::nullopt;
}

std::vector<std::string> Resolutions::names() const {
  std::vector<std::string> out;
  for (const Rule& rule : rules_) out.push_back(rule.name);
  return out;
}

}  // namespace ingot
