// The compile stage: a tree and what is known of its modules, to code caches by file.
//
// Owns choosing what is compiled (JavaScript that Node would load as CommonJS or as an ES module)
// and how files are grouped for the store (by package). Never changes the tree.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "packer/compile/code_cache.h"
#include "packer/compile/strip_types.h"
#include "resolver/file_tree.h"
#include "resolver/modules/resolution_table.h"

namespace ingot {

struct CompiledFile {
  EntryFormat format = EntryFormat::kUnknown;
  ByteView code_cache;               // empty: none
  std::optional<ByteView> stripped;  // the JavaScript made of a TypeScript file
};

struct CompiledTree {
  std::vector<CompiledFile> files;                   // by index into FileTree::nodes()
  RuntimeParts runtime;                              // ingot's own scripts and their code caches
  size_t with_cache = 0;                             // files that have a code cache
  size_t compiled_now = 0;                           // not taken from the store
  std::vector<std::shared_ptr<const void>> storage;  // of the code caches
};

// `stripped` has to live as long as the result.
Result<CompiledTree> compile_tree(const FileTree& tree, const ResolutionTable& modules,
                                  const StrippedTypes& stripped, const CompilerTemplate& compiler,
                                  const Store& store);

}  // namespace ingot
