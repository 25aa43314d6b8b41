// A file tree while it is being put together.
//
// Owns the nodes before they are sealed: unlike a FileTree it can be looked into and changed at the
// same time, which linking commands needs. Knows packages only as numbers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/file_tree.h"

namespace ingot {

class TreeDraft {
 public:
  void keep(std::shared_ptr<const void> storage) { storage_.push_back(std::move(storage)); }
  void add(FileNode node) { nodes_.push_back(std::move(node)); }
  // Sorts what has been added; look-ups see it from then on.
  void sort();

  FileNode* find(std::string_view path);
  const FileNode* find(std::string_view path) const;
  bool is_directory(std::string_view path) const;
  const std::vector<FileNode>& nodes() const { return nodes_; }

  Result<FileTree> seal() &&;

 private:
  std::vector<FileNode> nodes_;
  std::vector<std::shared_ptr<const void>> storage_;
};

}  // namespace ingot
