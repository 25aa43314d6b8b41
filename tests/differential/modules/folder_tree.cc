#include "folder_tree.h"

#include "base/file_system.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxFileSize = uint64_t{1} << 30;

Status add_folder(FileTree& tree, const std::string& root, const std::string& path) {
  for (const DirectoryEntry& entry : TRY(real_file_system().list(join_path(root, path)))) {
    std::string name = path.empty() ? entry.name : path + "/" + entry.name;
    FileNode node;
    node.path = name;
    if (entry.kind == FileKind::kDirectory) {
      TRY(add_folder(tree, root, name));
      continue;
    }
    if (entry.kind == FileKind::kSymlink) {
      node.kind = FileNodeKind::kSymlink;
      node.link_target = TRY(real_file_system().read_link(join_path(root, name)));
    } else if (entry.kind == FileKind::kFile) {
      std::string text = TRY(real_file_system().read(join_path(root, name), kMaxFileSize));
      auto bytes = std::make_shared<Bytes>(text.begin(), text.end());
      node.content = ByteView(*bytes);
      tree.keep(std::move(bytes));
    } else {
      continue;
    }
    tree.add(std::move(node));
  }
  return {};
}

}  // namespace

Result<FileTree> read_folder(const std::string& root) {
  FileTree tree;
  TRY(add_folder(tree, root, ""));
  TRY(tree.seal());
  return tree;
}

}  // namespace ingot
