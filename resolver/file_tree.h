// The files of an application as they would lie on disk after an install.
//
// Owns a sorted list of files and symbolic links with their bytes, and look-up by path. It is what
// packages are unpacked into, what resolution and compilation read, and what the payload is written
// from. Directories exist because something lies in them. Times, owners and other modes than the
// executable bit do not exist here. Never touches the disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

enum class FileNodeKind { kFile, kSymlink };

struct FileNode {
  std::string path;  // relative to the project, '/' between components: "node_modules/a/index.js"
  FileNodeKind kind = FileNodeKind::kFile;
  bool executable = false;
  ByteView content;         // of a file; the bytes belong to the tree
  std::string link_target;  // of a symlink, relative to the folder it lies in
  uint32_t package = 0;     // index into PackageGraph::packages; 0 is the project
};

class FileTree {
 public:
  // Keeps `storage` (bytes, a string, a mapped file) alive as long as the tree; nodes may view into
  // it.
  void keep(std::shared_ptr<const void> storage) { storage_.push_back(std::move(storage)); }
  void add(FileNode node) { nodes_.push_back(std::move(node)); }

  // Sorts by path (bytewise) and refuses what no disk could hold: two nodes with one path
  // ("path-twice"), a file or link where a directory is needed ("path-conflict").
  Status seal();

  const std::vector<FileNode>& nodes() const { return nodes_; }  // sorted once sealed

  // A sealed tree of some of this one's nodes, by ascending index. Shares the bytes.
  FileTree subset(const std::vector<uint32_t>& nodes) const;

  // The node at exactly this path, links not followed; nullptr when there is none.
  const FileNode* find(std::string_view path) const;
  // Whether something lies below this path. "" is the root.
  bool is_directory(std::string_view path) const;
  // Follows symbolic links anywhere in `path`, and resolves "." and ".." as a disk would; nullopt
  // when it leads nowhere, in a circle or out of the tree. "" is the root.
  std::optional<std::string> real_path(std::string_view path) const;

 private:
  std::optional<std::string> plain_target(const FileNode& link) const;

  std::vector<FileNode> nodes_;
  std::vector<std::shared_ptr<const void>> storage_;
};

}  // namespace ingot
