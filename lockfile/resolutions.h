// The "resolutions" of a project's package.json, as yarn 2 and later read them.
//
// Owns which rule holds for a dependency: "name", "name@range", "parent/name",
// "parent@reference/name", where neither range nor reference holds a slash.
// yarn 1 has written their outcome into its lockfile, yarn 2 has not: there the lockfile's keys are
// what the rules ask for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot {

class Resolutions {
 public:
  Resolutions() = default;
  explicit Resolutions(const std::vector<std::pair<std::string, std::string>>& written);

  // What is asked for instead of `name`@`range` by the package `parent`, whose locator's reference
  // is `reference` ("npm:1.0.0"); nothing without a rule.
  std::optional<std::string_view> find(std::string_view parent, std::string_view reference,
                                       std::string_view name, std::string_view range) const;
  // All names that some rule is about.
  std::vector<std::string> names() const;

 private:
  struct Rule {
    std::string parent;            // "" for any
    std::string parent_reference;  // "" for any
    std::string name;
    std::string range;  // "" for any
    std::string value;
  };
  std::vector<Rule> rules_;
};

}  // namespace ingot
