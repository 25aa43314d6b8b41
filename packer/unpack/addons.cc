#include "packer/unpack/addons.h"

namespace ingot {
namespace {

// The component after "prebuilds/": "linux-x64", "darwin-x64+arm64".
bool is_prebuild_for(std::string_view folder, const Target& target) {
  size_t dash = folder.find('-');
  if (dash == std::string_view::npos) return true;  // not prebuildify's naming: nothing is known
  if (folder.substr(0, dash) != target.npm_os()) return false;
  std::string_view cpus = folder.substr(dash + 1);
  while (true) {
    size_t plus = cpus.find('+');
    if (cpus.substr(0, plus) == target.npm_cpu()) return true;
    if (plus == std::string_view::npos) return false;
    cpus.remove_prefix(plus + 1);
  }
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
