// Node's ES module resolution over a tree: what `import "x"` in a file leads to.
//
// Owns the algorithm of Node's documentation (esm.html, "Resolution algorithm specification"),
// function by function and under its names, as Node 26.10 carries it out. Never guesses: where Node
// would throw, print a warning, leave the tree, or where its answer is not certain, there is no
// answer, and Node's own algorithm decides at run time.
//
// Paths are those of the tree (resolver/modules/tree_index.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/modules/module_world.h"

namespace ingot {

// What a target of "exports" or "imports" comes to.
struct TargetOutcome {
  enum Kind {
    kPath,           // `path`, which may or may not be there
    kNull,           // the target is null: not exported
    kUndefined,      // no condition matched
    kInvalidTarget,  // Invalid Package Target: the next element of an array is tried
    kNoAnswer,       // Node throws something else, or it is not certain what it does
  };
  Kind kind = kNoAnswer;
  std::string path;
};

// The file that `import "specifier"` in the file `parent` leads to; nullptr when there is no
// answer.
const FileNode* esm_resolve(const ModuleWorld& world, std::string_view specifier,
                            std::string_view parent);

// The functions below give the path of Node's URL; nothing says yet that a file is there.

std::optional<std::string> package_resolve(const ModuleWorld& world, std::string_view specifier,
                                           std::string_view parent, RequestKind kind);

// `subpath` is "." or begins with "./". Nothing when the package that rules `parent` is not called
// `package_name` or has no "exports"; else the outcome is final.
std::optional<TargetOutcome> package_self_resolve(const ModuleWorld& world,
                                                  std::string_view package_name,
                                                  std::string_view subpath, std::string_view parent,
                                                  RequestKind kind);

// `folder` holds the package.json; `config.exports` is there. kPath or kNoAnswer.
TargetOutcome package_exports_resolve(const ModuleWorld& world, std::string_view folder,
                                      std::string_view subpath, const PackageConfig& config,
                                      RequestKind kind);

// `specifier` begins with '#'. kPath or kNoAnswer.
TargetOutcome package_imports_resolve(const ModuleWorld& world, std::string_view specifier,
                                      std::string_view parent, RequestKind kind);

TargetOutcome package_imports_exports_resolve(const ModuleWorld& world, std::string_view match_key,
                                              const JsonCursor& match_object,
                                              std::string_view folder, bool is_imports,
                                              RequestKind kind);

// Negative when `a` is more specific than `b` (goes first), positive when less, 0 when equal.
int pattern_key_compare(std::string_view a, std::string_view b);

// `pattern_match` is what stood for the '*', when the key is a pattern.
TargetOutcome package_target_resolve(const ModuleWorld& world, std::string_view folder,
                                     const JsonCursor& target,
                                     std::optional<std::string_view> pattern_match, bool is_imports,
                                     RequestKind kind);

// The path that the relative URL `reference` names, seen from `folder`: percent-decoded, as
// fileURLToPath does. Nothing for encoded separators, queries, fragments, empty components, a
// trailing slash, and whatever the URL parser would strip or rewrite.
std::optional<std::string> path_of_url(std::string_view folder, std::string_view reference);

}  // namespace ingot
