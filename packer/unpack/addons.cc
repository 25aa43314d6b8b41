#include "packer/unpack/addons.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

constexpr std::string_view kSystems[] = {"aix",   "android", "darwin",  "freebsd", "ios",
                                         "linux", "netbsd",  "openbsd", "sunos",   "win32"};

// The component after "prebuilds/": "linux-x64", "darwin-x64+arm64", with the addon's name before
// it or the C library after it: "HID-linux-x64-musl".
bool is_prebuild_for(std::string_view folder, const Target& target) {
  std::vector<std::string_view> words = split(folder, '-');
  auto system = std::ranges::find_first_of(words, kSystems);
  if (system == words.end()) return true;  // not prebuildify's naming: nothing is known
  if (*system != target.npm_os() || ++system == words.end()) return false;
  std::vector<std::string_view> cpus = split(*system, '+');
  if (std::ranges::find(cpus, target.npm_cpu()) == cpus.end()) return false;
  bool musl = ++system != words.end() && *system == "musl";
  return !musl || target.npm_libc() != "glibc";
}

}  // namespace

bool is_usable_addon(std::string_view path, const Target& target) {
  if (!path.ends_with(".node")) return false;
  if (path.ends_with(".musl.node") && target.npm_libc() == "glibc") return false;
  constexpr std::string_view kPrebuilds = "prebuilds/";
  size_t at = path.find(kPrebuilds);
  if (at == std::string_view::npos || (at > 0 && path[at - 1] != '/')) return true;
  std::string_view rest = path.substr(at + kPrebuilds.size());
  size_t slash = rest.find('/');
  return slash == std::string_view::npos || is_prebuild_for(rest.substr(0, slash), target);
}

std::string build_script(const PackageFacts& facts, bool has_binding_gyp) {
  const InstallScripts& scripts = facts.manifest.scripts;
  for (const auto& script : {scripts.preinstall, scripts.install, scripts.postinstall}) {
    if (!script) continue;
    for (const char* tool : {"node-gyp", "node-pre-gyp", "prebuild-install", "cmake-js",
                             "cargo-cp-artifact", "neon build", "napi build"})
      if (script->find(tool) != std::string::npos) return *script;
  }
  if (!has_binding_gyp || !facts.gypfile) return {};
  // npm builds by itself only when the package does not say how.
  if (scripts.install) return *scripts.install;
  return scripts.preinstall ? *scripts.preinstall : "node-gyp rebuild";
}

}  // namespace ingot
