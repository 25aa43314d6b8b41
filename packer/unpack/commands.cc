#include "packer/unpack/commands.h"

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/file_system.h"
#include "lockfile/package_name.h"

namespace ingot {
namespace {

// Where a character stands in the order that JavaScript's localeCompare uses for English, among the
// characters of package names and paths; letters count without their case.
int collation_rank(char c) {
  constexpr std::string_view kBeforeDigits = "_-!.'()*@/~";
  if (size_t at = kBeforeDigits.find(c); at != std::string_view::npos) return static_cast<int>(at);
  return 256 + static_cast<unsigned char>(ascii::lower(c));
}

bool before_for_npm(const std::string& a, const std::string& b) {
  auto rank_less = [](char x, char y) { return collation_rank(x) < collation_rank(y); };
  if (std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), rank_less)) return true;
  if (std::lexicographical_compare(b.begin(), b.end(), a.begin(), a.end(), rank_less)) return false;
  return a > b;  // the same but for case: small letters come first
}

// "node_modules/@s/a" -> "node_modules".
std::string modules_folder(const std::string& install_path) {
  size_t name = name_of_install_path(install_path).size();
  return install_path.substr(0, install_path.size() - name - 1);
}

// Makes the file that `path` leads to executable; false when there is nothing at `path`.
bool make_executable(TreeDraft& draft, const std::string& path) {
  FileNode* node = draft.find(path);
  if (!node) return draft.is_directory(path);
  if (node->kind == FileNodeKind::kFile) node->executable = true;
  return true;
}

}  // namespace

void link_commands(const PackageGraph& graph,
                   const std::vector<std::map<std::string, std::string>>& commands,
                   TreeDraft& draft) {
  std::vector<size_t> order;
  for (size_t i = 0; i < graph.packages.size(); ++i)
    if (!commands[i].empty() && is_in_node_modules(graph.packages[i].package->install_path))
      order.push_back(i);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const LockedPackage& left = *graph.packages[a].package;
    const LockedPackage& right = *graph.packages[b].package;
    if (left.is_link() != right.is_link()) return right.is_link();
    return before_for_npm(left.install_path, right.install_path);
  });

  std::set<std::string> taken;
  std::vector<FileNode> links;
  for (size_t i : order) {
    const LockedPackage& package = *graph.packages[i].package;
    std::string place = package.is_link() ? *package.link_target : package.install_path;
    std::string modules = modules_folder(package.install_path);
    for (const auto& [command, target] : commands[i]) {
      if (!is_safe_relative_path(command) || !is_safe_relative_path(target)) continue;
      std::string path = modules + "/.bin/" + command;
      if (!taken.insert(path).second || !make_executable(draft, join_path(place, target))) continue;
      FileNode link;
      link.path = path;
      link.kind = FileNodeKind::kSymlink;
      link.link_target =
          "../" + std::string(name_of_install_path(package.install_path)) + "/" + target;
      link.package = static_cast<uint32_t>(i);
      if (FileNode* there = draft.find(path))
        *there = std::move(link);
      else
        links.push_back(std::move(link));
    }
  }
  for (FileNode& link : links) draft.add(std::move(link));
  draft.sort();
}

}  // namespace ingot
