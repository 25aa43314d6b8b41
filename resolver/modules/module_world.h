// What all resolutions over one tree share, and the two sets of conditions of Node 26.
//
// Owns the index and the package.json files; immutable once made, so threads may share it. The tree
// must outlive it.
#pragma once

#include <string_view>

#include "resolver/modules/package_config.h"
#include "resolver/modules/tree_index.h"

namespace ingot {

enum class RequestKind : uint8_t {
  kRequire,  // conditions: node, require, module-sync, node-addons
  kImport,   // conditions: node, import, module-sync, node-addons
};

struct ModuleWorld {
  explicit ModuleWorld(const FileTree& tree) : index(tree), configs(index) {}
  ModuleWorld(const ModuleWorld&) = delete;
  ModuleWorld& operator=(const ModuleWorld&) = delete;

  TreeIndex index;
  PackageConfigs configs;
};

// Whether "exports" and "imports" follow the branch called `condition`; "default" always.
inline bool is_condition(RequestKind kind, std::string_view condition) {
  return condition == "default" || condition == "node" || condition == "module-sync" ||
         condition == "node-addons" ||
         condition == (kind == RequestKind::kRequire ? "require" : "import");
}

}  // namespace ingot
