#include "lockfile/package_name.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace ingot {
namespace {

constexpr std::string_view kFolder = "node_modules/";

// Letters, digits, what a URL leaves as it is, and "$".
constexpr std::array<bool, 256> make_name_characters() {
  std::array<bool, 256> in_name{};
  for (char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "-_.!~*'()$"))
    in_name[static_cast<uint8_t>(c)] = true;
  return in_name;
}
constexpr auto kInName = make_name_characters();

bool is_name_part(std::string_view part) {
  if (part.empty() || part[0] == '.') return false;
  return std::ranges::all_of(part, [](char c) { return kInName[static_cast<uint8_t>(c)]; });
}

// Where the last "node_modules/" that is a whole component begins.
size_t last_folder(std::string_view path) {
  size_t at = path.rfind(kFolder);
  while (at != std::string_view::npos && at > 0 && path[at - 1] != '/')
    at = path.rfind(kFolder, at - 1);
  return at;
}

}  // namespace

bool is_package_name(std::string_view name) {
  if (name.size() > kMaxPackageNameSize || name == "node_modules" || name == "favicon.ico")
    return false;
  if (!name.starts_with('@')) return is_name_part(name) && name[0] != '_';
  size_t slash = name.find('/');
  return slash != std::string_view::npos && is_name_part(name.substr(1, slash - 1)) &&
         is_name_part(name.substr(slash + 1));
}

std::string_view name_of_install_path(std::string_view install_path) {
  size_t folder = last_folder(install_path);
  if (folder != std::string_view::npos) return install_path.substr(folder + kFolder.size());
  size_t slash = install_path.rfind('/');
  if (slash == std::string_view::npos) return install_path;
  size_t scope = install_path.rfind('/', slash - 1);
  scope = scope == std::string_view::npos || slash == 0 ? 0 : scope + 1;
  return install_path.substr(install_path[scope] == '@' ? scope : slash + 1);
}

std::string_view container_of_install_path(std::string_view install_path) {
  size_t folder = last_folder(install_path);
  if (folder == std::string_view::npos || folder == 0) return {};
  return install_path.substr(0, folder - 1);
}

bool is_in_node_modules(std::string_view install_path) {
  return last_folder(install_path) != std::string_view::npos;
}

}  // namespace ingot
