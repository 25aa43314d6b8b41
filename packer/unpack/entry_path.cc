#include "packer/unpack/entry_path.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/file_system.h"
#include "base/json.h"
#include "base/utf8.h"

namespace ingot {
namespace {

bool starts_with_drive(std::string_view path) {
  return path.size() >= 2 && ascii::is_letter(path[0]) && path[1] == ':';
}

std::optional<std::string> bad_name(std::string_view raw, const TarballLimits& limits) {
  if (raw.empty()) return "is empty";
  if (raw.size() > limits.path_bytes)
    return "is longer than " + std::to_string(limits.path_bytes) + " bytes";
  if (static_cast<size_t>(std::count(raw.begin(), raw.end(), '/')) >= limits.path_components)
    return "is deeper than " + std::to_string(limits.path_components) + " folders";
  if (raw.find('\\') != std::string_view::npos) return "has a backslash in it";
  if (raw.find('\0') != std::string_view::npos) return "has a NUL in it";
  if (!is_utf8(raw)) return "is not UTF-8";
  return std::nullopt;
}

bool climbs(std::string_view path) {
  while (true) {
    size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

bool is_in_folder(std::string_view path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

}  // namespace

std::string shown_path(std::string_view path) {
  constexpr size_t kMostShown = 200;
  std::string text = json_quote(path.substr(0, kMostShown));
  return path.size() > kMostShown ? text + "..." : text;
}

Result<EntryPath> check_entry_path(std::string_view raw, const std::string& label,
                                   const TarballLimits& limits) {
  if (auto reason = bad_name(raw, limits))
    return fail(input_error("tarball-entry-name", "the tarball of " + label + " has an entry " +
                                                      shown_path(raw) + " whose name " + *reason));
  size_t slash = raw.find('/');
  std::string_view below = slash == std::string_view::npos ? "" : raw.substr(slash + 1);
  std::string path = normal_path(below);
  if (raw.starts_with('/') || climbs(raw) || starts_with_drive(raw) || starts_with_drive(path))
    return fail(input_error("tarball-entry-escapes", "the tarball of " + label + " has an entry " +
                                                         shown_path(raw) +
                                                         " that would lie outside the package")
                    .hinted("such an archive was made to overwrite other files: do not install it "
                            "with other tools either"));
  // "package//x" is "package/x": the empty component goes the way of ".".
  while (path.starts_with('/')) path.erase(0, 1);
  return EntryPath{std::string(raw.substr(0, slash)), std::move(path)};
}

bool stays_inside(const EntryPath& entry, std::string_view link_target) {
  if (link_target.starts_with('/') || starts_with_drive(link_target) ||
      link_target.find('\\') != std::string_view::npos)
    return false;
  // What lies in no folder is beside the package, and never placed anywhere.
  if (entry.path.empty()) return !climbs(normal_path(link_target));
  std::string root = normal_path(entry.root);
  std::string folder = parent_path(join_path(entry.root, entry.path));
  std::string end = normal_path(folder + "/" + std::string(link_target));
  return root.empty() ? !climbs(end) : is_in_folder(end, root);
}

bool stays_inside_as_hard_link(const EntryPath& entry, std::string_view link_target) {
  if (link_target.starts_with('/') || starts_with_drive(link_target) || climbs(link_target) ||
      link_target.find('\\') != std::string_view::npos)
    return false;
  std::string root = normal_path(entry.root);
  return root.empty() || entry.path.empty() || is_in_folder(normal_path(link_target), root);
}

}  // namespace ingot
