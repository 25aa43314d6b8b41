// The JavaScript that Node makes of an application's TypeScript.
//
// Owns the dialogue with runtime/type_stripper.js, which runs in the host's template and has Node's
// own code take the types out (every position stays what it was), and the memory of its results in
// the store. Only files that Node would strip: .ts, .mts and .cts outside node_modules, without
// declarations. What Node refuses (an enum, say) is no error here: the file stays as it is, and
// loading it fails at run time as it does under Node. Never changes the tree.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/compile/code_cache.h"
#include "resolver/file_tree.h"

namespace ingot {

struct RefusedTypescript {
  uint32_t node = 0;   // index into FileTree::nodes()
  uint32_t line = 0;   // 0: unknown
  std::string reason;  // "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: TypeScript enum is not supported ..."
};

struct StrippedTypes {
  // By index into FileTree::nodes(): what is run in place of the file's content. Empty as a whole
  // when the tree has no TypeScript.
  std::vector<std::optional<ByteView>> texts;
  std::vector<RefusedTypescript> refused;  // by node
  std::vector<std::shared_ptr<const void>> storage;
};

// Whether Node strips types from a file of this path.
bool is_strippable(std::string_view path);

// Errors: "compiler-failed", "process-not-started", and those of the store.
Result<StrippedTypes> strip_types(const FileTree& tree, const CompilerTemplate& compiler,
                                  const Store& store);

}  // namespace ingot
