#include "lockfile/hoist_patterns.h"

#include <algorithm>

namespace ingot {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  // Each piece between stars at its first place: that leaves most for the rest.
  for (star = pattern.find('*'); star != std::string_view::npos; star = pattern.find('*')) {
    size_t at = name.find(pattern.substr(0, star));
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + star);
    pattern.remove_prefix(star + 1);
  }
  return name.ends_with(pattern);
}

}  // namespace

std::vector<std::string> default_public_hoist(std::string_view lockfile_version,
                                              std::string_view package_manager) {
  bool is_old = !lockfile_version.starts_with("9") || package_manager.starts_with("pnpm@9.");
  if (!is_old) return {};
  return {"*eslint*", "*prettier*"};
}

bool matches_hoist_patterns(const std::vector<std::string>& patterns, std::string_view name) {
  // Where everything is taken out, the rest is meant.
  bool matched = !patterns.empty() &&
                 std::ranges::all_of(patterns, [](const auto& p) { return p.starts_with('!'); });
  for (std::string_view pattern : patterns) {
    bool negative = pattern.starts_with('!');
    if (matches(pattern.substr(negative ? 1 : 0), name)) matched = !negative;
  }
  return matched;
}

}  // namespace ingot
