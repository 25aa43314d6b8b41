// The answers to all module requests that the files of a tree spell out.
//
// Owns reading every JavaScript file of a tree once and asking, for each literal specifier in it,
// what Node would load. What is not in the table is decided by Node's own algorithm at run time, so
// a missing row costs time and a wrong one would change the program: rows are only there when the
// answer is certain (resolver/modules/esm_resolution.h, cjs_resolution.h). Never runs anything, and
// never says that a file is not needed.
//
// The tree must outlive the table: texts are views into its files.
#pragma once

#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "resolver/file_tree.h"
#include "resolver/modules/module_format.h"
#include "resolver/modules/specifiers.h"

namespace ingot {

struct ResolutionRow {
  RequestKind kind;
  std::string_view specifier;
  uint32_t target;  // index into FileTree::nodes(); always a file
};

struct FileResolution {
  uint32_t node = 0;  // index into FileTree::nodes()
  ModuleFormat format = ModuleFormat::kOther;
  // What Node will find when it looks at the syntax; `format` when that is not certain.
  ModuleFormat detected = ModuleFormat::kOther;
  bool has_esm_syntax = false;
  std::vector<ResolutionRow> rows;  // sorted by kind, then specifier; each once
  std::vector<LiteralSpecifier>
      unresolved;  // in the order of the source, without Node's own modules
  std::vector<ComputedSpecifier> computed;  // in the order of the source

  std::forward_list<std::string> decoded;  // texts that are not in the source as they stand
};

struct ResolutionTable {
  std::vector<ModuleFormat> formats;  // by node; kOther for symlinks
  std::vector<FileResolution> files;  // the JavaScript files, by node

  const FileResolution* find(uint32_t node) const;
};

// What is run in place of the content of files, by node; may be empty. A TypeScript file is one
// once its types are gone; without an entry here it is read as it is.
using RunSources = std::vector<std::optional<ByteView>>;

// The table of a sealed tree. Uses all cores; the result does not depend on how many there are.
// `sources` has to live as long as the table. Errors: a tree of 2^32 nodes or more
// ("tree-too-large").
Result<ResolutionTable> resolve_modules(const FileTree& tree, const RunSources& sources = {});

}  // namespace ingot
