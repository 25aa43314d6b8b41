// The patterns in "workspaces" of a package.json.
//
// Owns matching a folder's path against them: `*`, `?`, `**`, `[a-z]`, `{a,b}`, and `!` in front to
// take out what earlier patterns let in. Never lists a folder. As npm does, folders in node_modules
// are no workspaces and `*` does not match a leading dot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot {

class WorkspacePatterns {
 public:
  explicit WorkspacePatterns(const std::vector<std::string>& patterns);

  bool empty() const { return patterns_.empty(); }
  bool matches(std::string_view folder) const;
  // How many components a matching path has at most: where a search can stop.
  size_t max_depth() const;

 private:
  struct Pattern {
    bool negative = false;
    std::vector<std::string> components;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace ingot
