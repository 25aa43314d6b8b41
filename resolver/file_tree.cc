#include "resolver/file_tree.h"

#include <algorithm>

#include "base/file_system.h"

namespace ingot {
namespace {

// As many as Linux follows in one look-up before it says ELOOP.
constexpr int kMaxLinks = 40;

// The first node whose path is `path` or comes after it.
auto lower_bound(const std::vector<FileNode>& nodes, std::string_view path) {
  return std::lower_bound(
      nodes.begin(), nodes.end(), path,
      [](const FileNode& node, std::string_view wanted) { return node.path < wanted; });
}

// Takes the first component off the front of `path`.
std::string_view take_component(std::string_view& path) {
  size_t slash = path.find('/');
  std::string_view first = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return first;
}

}  // namespace

Status FileTree::seal() {
  std::sort(nodes_.begin(), nodes_.end(),
            [](const FileNode& a, const FileNode& b) { return a.path < b.path; });
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const std::string& path = nodes_[i].path;
    if (i + 1 < nodes_.size() && path == nodes_[i + 1].path)
      return fail(input_error("path-twice", "two files want to be " + path));
    if (!is_directory(path)) continue;
    const FileNode& below = *lower_bound(nodes_, path + "/");
    return fail(input_error("path-conflict",
                            path + " is a " +
                                (nodes_[i].kind == FileNodeKind::kFile ? "file" : "symbolic link") +
                                ", but " + below.path + " needs a directory there"));
  }
  return {};
}

FileTree FileTree::subset(const std::vector<uint32_t>& nodes) const {
  FileTree tree;
  tree.storage_ = storage_;
  tree.nodes_.reserve(nodes.size());
  for (uint32_t node : nodes) tree.nodes_.push_back(nodes_[node]);
  return tree;
}

const FileNode* FileTree::find(std::string_view path) const {
  auto at = lower_bound(nodes_, path);
  return at != nodes_.end() && at->path == path ? &*at : nullptr;
}

bool FileTree::is_directory(std::string_view path) const {
  if (path.empty()) return true;
  std::string prefix(path);
  prefix += '/';
  auto at = lower_bound(nodes_, prefix);
  return at != nodes_.end() && at->path.starts_with(prefix);
}

// Where `link` leads, when its target climbs first and then names what is there as it stands: all
// links of package managers do.
std::optional<std::string> FileTree::plain_target(const FileNode& link) const {
  std::string folder = parent_path(link.path);
  std::string_view rest = link.link_target;
  while (rest.starts_with("../") && !folder.empty()) {
    folder = parent_path(folder);
    rest.remove_prefix(3);
  }
  std::string path = folder.empty() ? std::string(rest) : folder + '/' + std::string(rest);
  const FileNode* node = find(path);
  bool real = node ? node->kind == FileNodeKind::kFile : !path.empty() && is_directory(path);
  return real ? std::optional(std::move(path)) : std::nullopt;
}

std::optional<std::string> FileTree::real_path(std::string_view path) const {
  // Nothing lies below a link, so a path that is there as it stands has no link in front of its
  // last component: the common cases need one look-up or two.
  const FileNode* exact = find(path);
  if ((exact && exact->kind == FileNodeKind::kFile) || is_directory(path)) return std::string(path);
  if (exact)
    if (auto plain = plain_target(*exact)) return plain;

  std::string done;
  std::string rest(path);
  std::string_view left = rest;
  int links = 0;
  while (!left.empty()) {
    if (left.front() == '/' && done.empty()) return std::nullopt;  // absolute: out of the tree
    std::string_view part = take_component(left);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (done.empty()) return std::nullopt;
      size_t slash = done.rfind('/');
      done.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    std::string next = done.empty() ? std::string(part) : done + '/' + std::string(part);
    const FileNode* node = find(next);
    if (node && node->kind == FileNodeKind::kSymlink) {
      if (++links > kMaxLinks || node->link_target.starts_with('/')) return std::nullopt;
      std::string after = node->link_target;
      if (!left.empty()) after.append("/").append(left);
      rest = std::move(after);
      left = rest;
      continue;
    }
    // A file has nothing below it, not even "." or "..".
    if (node ? !left.empty() : !is_directory(next)) return std::nullopt;
    done = std::move(next);
  }
  if (rest.ends_with('/') && find(done)) return std::nullopt;  // "file/" is no directory
  return done;
}

}  // namespace ingot
