#include "packer/acquire/npm_layers.h"

#include <algorithm>

#include "base/ascii.h"
#include "packer/acquire/npmrc_file.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxNpmrcBytes = 4 << 20;
constexpr int kMaxLinks = 16;

// npm_config_fetch_retries -> fetch-retries; credentials ("//host/:_authToken") stay as they are.
NpmLayer environment_layer(const Environment& environment) {
  constexpr std::string_view kPrefix = "npm_config_";
  NpmLayer layer{"the environment", {}};
  for (const auto& [name, value] : environment) {
    if (value.empty() || !ascii::lower(name).starts_with(kPrefix)) continue;
    std::string key = name.substr(kPrefix.size());
    if (key.empty()) continue;
    if (!key.starts_with("//")) {
      key = ascii::lower(key);
      std::replace(key.begin() + 1, key.end(), '_', '-');
    }
    layer.values[key] = {expand_variables(value, environment)};
  }
  return layer;
}

// The folder above the "bin" with the `node` of PATH: npm's global prefix.
std::string node_prefix(const FileSystem& files, const Environment& environment) {
  std::string path = find_variable(environment, "PATH").value_or("");
  for (size_t at = 0; at <= path.size();) {
    size_t colon = std::min(path.find(':', at), path.size());
    std::string node = join_path(path.substr(at, colon - at), "node");
    at = colon + 1;
    if (!node.starts_with('/') || !files.status(node)) continue;
    for (int links = 0; links < kMaxLinks; ++links) {
      auto target = files.read_link(node);
      if (!target) break;
      node = normal_path(join_path(parent_path(node), *target));
    }
    return parent_path(parent_path(node));
  }
  return "";
}

std::optional<NpmLayer> file_layer(const FileSystem& files, const Environment& environment,
                                   const std::string& path, Diagnostics& diagnostics) {
  auto text = files.read(path, kMaxNpmrcBytes);
  if (!text) {
    bool absent = text.error().code == "not-found" || text.error().code == "is-directory";
    if (!absent) diagnostics.warning(std::move(text.error()));
    return std::nullopt;
  }
  NpmLayer layer{path, {}};
  for (NpmrcEntry& entry : parse_npmrc(*text, environment)) {
    auto& values = layer.values[entry.key];
    if (!entry.is_list_element) values.clear();
    values.push_back(std::move(entry.value));
  }
  return layer;
}

}  // namespace

NpmLayers NpmLayers::load(const FileSystem& files, const Environment& environment,
                          const std::string& project_folder, std::vector<NpmLayer> others,
                          Diagnostics& diagnostics) {
  NpmLayers out;
  std::vector<std::string> seen;
  auto add = [&](const std::string& path) {
    if (std::find(seen.begin(), seen.end(), path) != seen.end()) return;
    seen.push_back(path);
    if (auto layer = file_layer(files, environment, path, diagnostics))
      out.layers_.push_back(std::move(*layer));
  };
  std::string home = find_variable(environment, "HOME").value_or("");
  auto located = [&](const char* key, std::string otherwise) {
    auto setting = out.find(key);
    if (!setting) return otherwise;
    if (setting->value.starts_with("~/") && !home.empty())
      return join_path(home, setting->value.substr(2));
    return normal_path(join_path(project_folder, setting->value));
  };

  out.layers_.push_back(environment_layer(environment));
  std::ranges::move(others, std::back_inserter(out.layers_));
  // A project in the home folder: its .npmrc is the user's, and counts once.
  std::string project = normal_path(join_path(project_folder, ".npmrc"));
  std::string user = located("userconfig", home.empty() ? "" : join_path(home, ".npmrc"));
  if (project != user) add(project);
  user = located("userconfig", user);
  if (!user.empty()) add(user);

  std::string node = node_prefix(files, environment);
  std::string prefix = find_variable(environment, "PREFIX").value_or(node);
  std::string global =
      located("globalconfig", prefix.empty() ? "" : join_path(prefix, "etc/npmrc"));
  if (!global.empty()) add(global);
  add("/etc/npmrc");
  // What a distributor of npm set for everybody.
  if (!node.empty()) add(join_path(node, "lib/node_modules/npm/npmrc"));
  return out;
}

std::optional<NpmSetting> NpmLayers::find(std::string_view key) const {
  for (const NpmLayer& layer : layers_) {
    auto found = layer.values.find(key);
    if (found != layer.values.end())
      return NpmSetting{found->second.back(), found->second, layer.name};
  }
  return std::nullopt;
}

std::map<std::string, NpmSetting> NpmLayers::all() const {
  std::map<std::string, NpmSetting> out;
  for (const NpmLayer& layer : layers_)
    for (const auto& [key, values] : layer.values)
      out.emplace(key, NpmSetting{values.back(), values, layer.name});
  return out;
}

}  // namespace ingot
