// The text of a TOML file, as far as settings are looked up in it.
//
// Owns tables, dotted and quoted keys, strings and inline tables; what else a value can be
// (numbers, dates, arrays) is passed over as text. Knows nothing of what a key means. Source of the
// format: TOML 1.0.0.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ingot {

struct TomlEntry {
  std::vector<std::string> path;  // {"install", "scopes", "@org", "url"}
  std::string value;              // of a string decoded; of anything else as written
  unsigned line = 0;
};

// In file order. Error: "toml-syntax", with its position. `name`: what positions call the file.
Result<std::vector<TomlEntry>> parse_toml(std::string_view text, const std::string& name);

}  // namespace ingot
