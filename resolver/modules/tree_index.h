// Answers "what lies at this path?" over a sealed FileTree, in constant time.
//
// Owns a hash index of the tree's files and directories, the path arithmetic that Node does with
// `path.resolve`, and the following of symbolic links on the way to a file. Never looks into a file
// and never touches the disk. The tree must outlive the index.
//
// Paths are relative to the root of the tree, '/' between components, "" for the root itself;
// without "." and "..".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "resolver/file_tree.h"

namespace ingot {

enum class PathKind { kNothing, kFile, kDirectory };

class TreeIndex {
 public:
  explicit TreeIndex(const FileTree& tree);

  // What Node's internalModuleStat says: links are followed.
  PathKind stat(std::string_view path) const;
  // The file at `path` once all links are followed; nullptr when no file is there.
  const FileNode* file(std::string_view path) const;

  const FileTree& tree() const { return tree_; }

 private:
  // What `path` is behind the links that it crosses; nothing when it crosses none, or one that
  // leads nowhere.
  std::optional<std::string> behind_links(std::string_view path) const;

  const FileTree& tree_;
  std::unordered_map<std::string_view, const FileNode*> files_;
  std::unordered_set<std::string_view> directories_;
  // Where each leads, with all links followed: in pnpm's layout every package is reached through
  // one.
  std::unordered_map<std::string_view, std::optional<std::string>> links_;
};

// `path.resolve(folder, request)` without a disk. Nothing when it would leave the tree: `request`
// is absolute or climbs above the root, or holds a NUL or a backslash (which Windows takes for
// '/').
std::optional<std::string> resolve_path(std::string_view folder, std::string_view request);

// "a/b" -> "a", "a" -> "". The root has no parent: nothing.
std::optional<std::string_view> parent_folder(std::string_view path);

// "a/b" and "c" -> "a/b/c"; "" and "c" -> "c".
std::string child_path(std::string_view folder, std::string_view name);

}  // namespace ingot
