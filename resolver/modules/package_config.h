// What Node's module loader reads from the package.json files of a tree.
//
// Owns parsing them (each once, in parallel, before anything is resolved, so that look-ups need no
// lock) and LOOKUP_PACKAGE_SCOPE of Node's documentation (esm.html, "Resolution and loading
// algorithm"). Never decides what "exports" mean. The index must outlive the set; cursors live as
// long as the set.
//
// A package.json that Node would refuse, or of which it is not certain how Node reads it, is kept
// as `usable == false`: whoever meets it has no answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"
#include "resolver/modules/tree_index.h"

namespace ingot {

enum class PackageType : uint8_t { kNone, kCommonjs, kModule };

struct PackageConfig {
  bool usable = true;
  std::optional<std::string> name;
  std::string main;  // empty: there is none, or it is no string
  PackageType type = PackageType::kNone;
  std::optional<JsonCursor> exports;  // a string, an array or an object
  std::optional<JsonCursor> imports;  // an array or an object

  std::unique_ptr<JsonDocument> document;  // kept only for the two cursors
};

// A package.json that was found going upwards from a file.
struct PackageScope {
  std::string folder;  // where it lies
  const PackageConfig* config = nullptr;
};

class PackageConfigs {
 public:
  explicit PackageConfigs(const TreeIndex& index);

  // The package.json in `folder` (links followed); nullptr when there is none.
  const PackageConfig* read(std::string_view folder) const;

  // The package.json that rules the file at `path`; nothing when none does. Like Node, the search
  // goes up to the root and stops below a folder called node_modules.
  std::optional<PackageScope> lookup_package_scope(std::string_view path) const;

 private:
  const TreeIndex& index_;
  std::unordered_map<const FileNode*, PackageConfig> configs_;
};

}  // namespace ingot
