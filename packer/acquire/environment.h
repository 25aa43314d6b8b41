// The environment variables of a process, as data.
//
// Functions that depend on the environment take it as an argument, so that they can be tested; only
// `process_environment` looks at the real one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ingot {

// Sorted, so that nothing depends on the order in which a shell exports.
using Environment = std::map<std::string, std::string, std::less<>>;

Environment process_environment();

// The variable's value; nothing when it is unset or empty.
std::optional<std::string> find_variable(const Environment& environment, std::string_view name);

}  // namespace ingot
