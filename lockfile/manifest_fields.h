// The members that a package.json and a lockfile's entry have in common.
//
// Owns reading dependency groups, platform lists, commands and bundle lists from a JSON object, the
// same way for both. Oddities are handed to the caller as errors, who knows whether they matter.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "lockfile/lockfile.h"

namespace ingot {

enum class DevelopmentDependencies { kRead, kIgnore };

// One dependency per name: what is in several groups counts, as in npm, as optional before
// production before development before peer (npm's code lets development win over production; its
// documentation and anything that wants to run say otherwise). Oddities: "manifest-bad-field" for
// what is no object of strings, "manifest-bad-name" for what can be no package's name.
std::vector<Dependency> read_dependencies(const JsonCursor& object,
                                          DevelopmentDependencies development,
                                          std::vector<Error>& oddities);

// A list of strings, or one string; other members are ignored, as npm does.
std::vector<std::string> read_strings(const JsonCursor& object, std::string_view key);
// "os", "cpu" and "libc".
PlatformConstraint read_platform(const JsonCursor& object);
// "engines": {"node": …}; the old list form is ignored, as npm does.
std::optional<std::string> read_engines_node(const JsonCursor& object);
// "bundleDependencies" or "bundledDependencies"; `true` stands for all of `dependencies`.
std::vector<std::string> read_bundle_dependencies(const JsonCursor& object,
                                                  const std::vector<Dependency>& dependencies);
// "bin" in either form; `name` is the package's. Paths come out relative to the package, with ".."
// resolved inside it; the scope of a name is no part of a command.
std::map<std::string, std::string> read_bin(const JsonCursor& object, std::string_view name);
// The patterns of "workspaces", a list or an object with "packages".
std::vector<std::string> read_workspaces(const JsonCursor& object);

}  // namespace ingot
