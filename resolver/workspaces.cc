#include "resolver/workspaces.h"

#include <algorithm>

#include "lockfile/workspace_pattern.h"

namespace ingot {
namespace {

constexpr size_t kMaxFolders = 200'000;
constexpr size_t kMaxDepth = 64;

}  // namespace

Result<std::vector<std::string>> find_workspaces(const FileSystem& files,
                                                 const std::string& project,
                                                 const std::vector<std::string>& written) {
  WorkspacePatterns patterns(written);
  std::vector<std::string> found;
  if (patterns.empty()) return found;

  struct Folder {
    std::string path;  // relative
    size_t depth;
  };
  std::vector<Folder> todo{{"", 0}};
  size_t depth_limit = std::min(patterns.max_depth(), kMaxDepth);
  size_t looked_into = 0;
  while (!todo.empty()) {
    Folder folder = std::move(todo.back());
    todo.pop_back();
    if (++looked_into > kMaxFolders)
      return fail(input_error("workspaces-too-many",
                              "the workspace patterns cover more than 200,000 folders")
                      .hinted("name the folders that hold workspaces, as in \"packages/*\""));
    std::string place = folder.path.empty() ? project : join_path(project, folder.path);
    for (const DirectoryEntry& entry : TRY(files.list(place))) {
      if (entry.kind != FileKind::kDirectory || entry.name == "node_modules") continue;
      std::string path = folder.path.empty() ? entry.name : join_path(folder.path, entry.name);
      if (patterns.matches(path) && files.is_file(join_path(place, entry.name + "/package.json")))
        found.push_back(path);
      if (folder.depth + 1 < depth_limit) todo.push_back({std::move(path), folder.depth + 1});
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace ingot
