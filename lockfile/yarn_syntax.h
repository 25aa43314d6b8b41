// The text of a yarn.lock of yarn 1, as entries.
//
// Owns the syntax alone. It is no YAML, though it looks like it:
//
//   file    = { comment | entry }           comments begin with "#"
//   entry   = pattern { ", " pattern } ":" newline { field | block }
//   field   = 2 spaces name " " value newline
//   block   = 2 spaces ("dependencies" | "optionalDependencies") ":" newline { 4 spaces name " "
//   value } pattern, name, value = a JSON string, or characters other than white space, ":" and ","
//
// Source of the format: the files that yarn 1 writes. Errors, with a position: "yarn-syntax",
// "yarn-duplicate" for a pattern or a field that is there twice.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/place.h"
#include "base/result.h"

namespace ingot {

struct YarnDependency {
  std::string name, range;
  Place position;
};

struct YarnEntry {
  std::vector<std::string> patterns;  // "name@range"
  std::map<std::string, std::string> fields;
  std::vector<YarnDependency> dependencies, optional_dependencies;
  Place position;
};

// `name` is what positions call the file.
Result<std::vector<YarnEntry>> parse_yarn_syntax(std::string_view text, const std::string& name);

}  // namespace ingot
