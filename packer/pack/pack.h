// The pack stage: a compiled tree becomes the files of a payload.
//
// Owns the choice of what lies raw and what compressed, the translation of the module table into
// resolutions, and the manifest's list of files. Never reads the disk.
#pragma once

#include <string>
#include <vector>

#include "loader/payload_writer.h"
#include "packer/compile/compiled_tree.h"
#include "resolver/file_tree.h"
#include "resolver/modules/resolution_table.h"

namespace ingot {

struct PackedTree {
  // By index into FileTree::nodes(), without code caches; views into tree and storage.
  std::vector<PayloadFile> files;
  std::vector<std::string> sha256;  // hex, of each file's content; "" for links
  std::vector<Bytes> storage;       // compressed contents
};

Result<PackedTree> pack_tree(const FileTree& tree, const ResolutionTable& modules,
                             const CompiledTree& compiled);

// The files with the code caches of `compiled`, a target's form of what the tree was packed with.
std::vector<PayloadFile> with_caches(const PackedTree& packed, const CompiledTree& compiled);

}  // namespace ingot
