#include "lockfile/workspace_pattern.h"

#include <algorithm>
#include <limits>

namespace ingot {
namespace {

// Patterns come from the user's package.json; these limits only keep a strange one from taking
// forever.
constexpr size_t kMaxPatterns = 1000;

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

// "a{b,c}d" -> "abd", "acd"; the first group only, so callers repeat until nothing changes.
bool expand_braces(const std::string& text, std::vector<std::string>& out) {
  size_t open = text.find('{');
  size_t close = text.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return false;
  if (text.find(',', open) > close) return false;
  std::string_view inside = std::string_view(text).substr(open + 1, close - open - 1);
  while (true) {
    size_t comma = inside.find(',');
    out.push_back(text.substr(0, open) + std::string(inside.substr(0, comma)) +
                  text.substr(close + 1));
    if (comma == std::string_view::npos) return true;
    inside.remove_prefix(comma + 1);
  }
}

// Whether the class at the front of `pattern` ("[a-z]…") holds `c`; sets the size of the class.
bool class_holds(std::string_view pattern, char c, size_t& size) {
  size_t end = pattern.find(']', 2);
  if (end == std::string_view::npos) {
    size = 1;
    return c == '[';
  }
  size = end + 1;
  std::string_view members = pattern.substr(1, end - 1);
  bool negated = members.starts_with('!') || members.starts_with('^');
  if (negated) members.remove_prefix(1);
  bool held = false;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + 2 < members.size() && members[i + 1] == '-') {
      held = held || (members[i] <= c && c <= members[i + 2]);
      i += 2;
    } else {
      held = held || members[i] == c;
    }
  }
  return held != negated;
}

bool component_matches(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  // The usual scan with one point to return to: after the last star, one character further on.
  size_t p = 0, n = 0;
  size_t star = std::string_view::npos, star_n = 0;
  while (n < name.size()) {
    size_t size = 1;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_n = n;
      continue;
    }
    bool same =
        p < pattern.size() &&
        (pattern[p] == '?' || (pattern[p] == '[' ? class_holds(pattern.substr(p), name[n], size)
                                                 : pattern[p] == name[n]));
    if (same) {
      p += size;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_n;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// reachable[i]: the first i components of the pattern can match what has been read of the path.
bool path_matches(const std::vector<std::string>& pattern,
                  const std::vector<std::string_view>& path) {
  std::vector<bool> reachable(pattern.size() + 1, false);
  reachable[0] = true;
  auto pass_globstars = [&] {
    for (size_t i = 0; i < pattern.size(); ++i)
      if (reachable[i] && pattern[i] == "**") reachable[i + 1] = true;
  };
  pass_globstars();
  for (std::string_view component : path) {
    std::vector<bool> next(pattern.size() + 1, false);
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (!reachable[i]) continue;
      if (pattern[i] == "**") {
        if (!component.starts_with('.')) next[i] = true;
      } else if (component_matches(pattern[i], component)) {
        next[i + 1] = true;
      }
    }
    reachable = std::move(next);
    pass_globstars();
  }
  return reachable[pattern.size()];
}

}  // namespace

WorkspacePatterns::WorkspacePatterns(const std::vector<std::string>& patterns) {
  for (std::string_view text : patterns) {
    bool negative = false;
    while (text.starts_with('!')) {
      negative = !negative;
      text.remove_prefix(1);
    }
    std::vector<std::string> todo{std::string(text)};
    while (!todo.empty() && patterns_.size() < kMaxPatterns && todo.size() < kMaxPatterns) {
      std::string one = std::move(todo.back());
      todo.pop_back();
      if (expand_braces(one, todo)) continue;
      std::ranges::replace(one, '\\', '/');
      auto parts = split_path(one);
      patterns_.push_back({negative, {parts.begin(), parts.end()}});
    }
  }
}

bool WorkspacePatterns::matches(std::string_view folder) const {
  auto path = split_path(folder);
  if (path.empty() || std::ranges::find(path, "node_modules") != path.end()) return false;
  bool in = false;
  for (const Pattern& pattern : patterns_)
    if (in == pattern.negative && path_matches(pattern.components, path)) in = !pattern.negative;
  return in;
}

size_t WorkspacePatterns::max_depth() const {
  size_t depth = 0;
  for (const Pattern& pattern : patterns_) {
    if (pattern.negative) continue;
    for (const std::string& component : pattern.components)
      if (component == "**") return std::numeric_limits<size_t>::max();
    depth = std::max(depth, pattern.components.size());
  }
  return depth;
}

}  // namespace ingot
