#include "packer/unpack/tree_draft.h"

#include <algorithm>

namespace ingot {
namespace {

template <typename Nodes>
auto first_at_or_after(Nodes& nodes, std::string_view path) {
  return std::lower_bound(
      nodes.begin(), nodes.end(), path,
      [](const FileNode& node, std::string_view wanted) { return node.path < wanted; });
}

}  // namespace

void TreeDraft::sort() {
  std::stable_sort(nodes_.begin(), nodes_.end(),
                   [](const FileNode& a, const FileNode& b) { return a.path < b.path; });
}

FileNode* TreeDraft::find(std::string_view path) {
  auto at = first_at_or_after(nodes_, path);
  return at != nodes_.end() && at->path == path ? &*at : nullptr;
}

const FileNode* TreeDraft::find(std::string_view path) const {
  auto at = first_at_or_after(nodes_, path);
  return at != nodes_.end() && at->path == path ? &*at : nullptr;
}

bool TreeDraft::is_directory(std::string_view path) const {
  std::string prefix(path);
  prefix += '/';
  auto at = first_at_or_after(nodes_, prefix);
  return at != nodes_.end() && at->path.starts_with(prefix);
}

Result<FileTree> TreeDraft::seal() && {
  FileTree tree;
  for (auto& storage : storage_) tree.keep(std::move(storage));
  for (FileNode& node : nodes_) tree.add(std::move(node));
  nodes_.clear();
  TRY(tree.seal());
  return tree;
}

}  // namespace ingot
