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
  std::vector<PayloadFile> files;   // by index into FileTree::nodes(); views into tree and storage
  std::vector<std::string> sha256;  // hex, of each file's content; "" for links
  std::vector<Bytes> storage;       // compressed contents
};

Result<PackedTree> pack_tree(const FileTree& tree, const ResolutionTable& modules,
                             const CompiledTree& compiled);

}  // namespace ingot
