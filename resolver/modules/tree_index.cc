#include "resolver/modules/tree_index.h"

namespace ingot {

TreeIndex::TreeIndex(const FileTree& tree) : tree_(tree) {
  files_.reserve(tree.nodes().size());
  directories_.insert("");
  for (const FileNode& node : tree.nodes()) {
    if (node.kind == FileNodeKind::kFile)
      files_.emplace(node.path, &node);
    else
      links_.emplace(node.path, tree.real_path(node.path));
    // Nodes are sorted, so the folders of a path are most often known already.
    for (auto folder = parent_folder(node.path); folder; folder = parent_folder(*folder))
      if (!directories_.insert(*folder).second) break;
  }
}

std::optional<std::string> TreeIndex::behind_links(std::string_view path) const {
  std::optional<std::string> behind;
  if (links_.empty()) return behind;
  for (std::optional<std::string_view> at = path; at;) {
    auto link = links_.find(*at);
    if (link == links_.end()) {
      // What is a folder as it stands has no link in front of it: nothing lies below one.
      at = directories_.contains(*at) ? std::nullopt : parent_folder(*at);
      continue;
    }
    if (!link->second) return std::nullopt;
    std::string_view rest = path.substr(at->size());
    if (link->second->empty() && !rest.empty()) rest.remove_prefix(1);
    behind = *link->second + std::string(rest);
    // The next one, if there is one, is in the rest, which gets shorter each time.
    at = path = *behind;
  }
  return behind;
}

PathKind TreeIndex::stat(std::string_view path) const {
  if (files_.contains(path)) return PathKind::kFile;
  if (directories_.contains(path)) return PathKind::kDirectory;
  auto real = behind_links(path);
  if (!real) return PathKind::kNothing;
  if (files_.contains(*real)) return PathKind::kFile;
  return directories_.contains(*real) ? PathKind::kDirectory : PathKind::kNothing;
}

const FileNode* TreeIndex::file(std::string_view path) const {
  if (auto found = files_.find(path); found != files_.end()) return found->second;
  auto real = behind_links(path);
  if (!real) return nullptr;
  auto found = files_.find(*real);
  return found == files_.end() ? nullptr : found->second;
}

std::optional<std::string> resolve_path(std::string_view folder, std::string_view request) {
  if (request.starts_with('/')) return std::nullopt;
  std::string out(folder);
  out.reserve(folder.size() + request.size() + 1);
  while (!request.empty()) {
    size_t slash = request.find('/');
    std::string_view part = request.substr(0, slash);
    request.remove_prefix(slash == std::string_view::npos ? request.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.empty()) return std::nullopt;
      size_t last = out.rfind('/');
      out.resize(last == std::string::npos ? 0 : last);
      continue;
    }
    for (char c : part)
      if (c == '\0' || c == '\\') return std::nullopt;
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

std::optional<std::string_view> parent_folder(std::string_view path) {
  if (path.empty()) return std::nullopt;
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string child_path(std::string_view folder, std::string_view name) {
  std::string out;
  out.reserve(folder.size() + name.size() + 1);
  out += folder;
  if (!folder.empty()) out += '/';
  out += name;
  return out;
}

}  // namespace ingot
