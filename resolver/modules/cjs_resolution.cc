#include "resolver/modules/cjs_resolution.h"

#include <string>

#include "base/utf8.h"
#include "resolver/modules/builtin_modules.h"
#include "resolver/modules/esm_resolution.h"

namespace ingot {
namespace {

// What one step of the look-up says: a file, "look further", or "Node's answer is final and it is
// not one that we give".
struct Step {
  const FileNode* file = nullptr;
  bool stop = false;
};

Step found(const FileNode* file) {
  return {file, true};
}
Step stop() {
  return {nullptr, true};
}
Step go_on() {
  return {};
}

const FileNode* try_extensions(const ModuleWorld& world, std::string path) {
  if (path.empty()) return nullptr;  // beside the root is outside of the tree
  size_t size = path.size();
  for (std::string_view extension : {".js", ".json", ".node"}) {
    path.resize(size);
    path += extension;
    if (const FileNode* file = world.index.file(path)) return file;
  }
  return nullptr;
}

// LOAD_AS_DIRECTORY.
Step try_package(const ModuleWorld& world, const std::string& folder) {
  const PackageConfig* config = world.configs.read(folder);
  if (config && !config->usable) return stop();
  if (!config || config->main.empty()) {
    const FileNode* index = try_extensions(world, child_path(folder, "index"));
    return index ? found(index) : go_on();
  }
  auto main = resolve_path(folder, config->main);
  if (!main) return stop();
  if (const FileNode* file = world.index.file(*main)) return found(file);
  if (const FileNode* file = try_extensions(world, *main)) return found(file);
  if (const FileNode* file = try_extensions(world, child_path(*main, "index"))) return found(file);
  // Node falls back to the index with a warning that only Node can print, or throws.
  return stop();
}

// A name as Node's EXPORTS_PATTERN takes it: "name" or "@scope/name", and the rest with its slash.
struct PackageRequest {
  std::string_view name;
  std::string_view rest;
};

// Whether `component` may be the name of a package behind its scope.
bool is_package_component(std::string_view component) {
  return !component.empty() && component[0] != '.' && component.find('%') == std::string_view::npos;
}

std::optional<PackageRequest> split_request(std::string_view request) {
  size_t end = request.find('/');
  if (!is_package_component(request.substr(0, end))) return std::nullopt;
  if (request.starts_with('@') && end != std::string_view::npos && end > 1) {
    size_t next = request.find('/', end + 1);
    // What does not look like "@scope/name" is a path in a package called "@scope".
    if (is_package_component(request.substr(end + 1, next - end - 1))) end = next;
  }
  if (end == std::string_view::npos) return PackageRequest{request, {}};
  return PackageRequest{request.substr(0, end), request.substr(end)};
}

// The "exports" of the package that the request names in the folder `modules`.
Step resolve_exports(const ModuleWorld& world, const std::string& modules,
                     std::string_view request) {
  auto package = split_request(request);
  if (!package) return go_on();
  auto folder = resolve_path(modules, package->name);
  if (!folder) return stop();
  const PackageConfig* config = world.configs.read(*folder);
  if (!config) return go_on();
  if (!config->usable) return stop();
  if (!config->exports) return go_on();
  std::string subpath = "." + std::string(package->rest);
  TargetOutcome outcome =
      package_exports_resolve(world, *folder, subpath, *config, RequestKind::kRequire);
  if (outcome.kind != TargetOutcome::kPath) return stop();
  return found(world.index.file(outcome.path));
}

bool has_trailing_slash(std::string_view request) {
  return request.ends_with('/') || request == "." || request == ".." || request.ends_with("/.") ||
         request.ends_with("/..");
}

// One turn of Module._findPath.
Step find_in(const ModuleWorld& world, const std::string& folder, std::string_view request) {
  Step exported = resolve_exports(world, folder, request);
  if (exported.stop) return exported;
  auto path = resolve_path(folder, request);
  if (!path) return stop();
  if (!has_trailing_slash(request)) {
    if (const FileNode* file = world.index.file(*path)) return found(file);
    if (const FileNode* file = try_extensions(world, *path)) return found(file);
  }
  if (world.index.stat(*path) != PathKind::kDirectory) return go_on();
  return try_package(world, *path);
}

const FileNode* find_in_node_modules(const ModuleWorld& world, std::string_view request,
                                     std::string_view parent) {
  for (auto at = parent_folder(parent); at; at = parent_folder(*at)) {
    if (*at == "node_modules" || at->ends_with("/node_modules")) continue;
    std::string folder = child_path(*at, "node_modules");
    if (world.index.stat(folder) != PathKind::kDirectory) continue;
    Step step = find_in(world, folder, request);
    if (step.stop) return step.file;
  }
  return nullptr;
}

// A request by the name of the package that the file belongs to.
Step try_self(const ModuleWorld& world, const std::optional<PackageScope>& scope,
              std::string_view request) {
  if (!scope || !scope->config->exports || !scope->config->name) return go_on();
  std::string_view name = *scope->config->name;
  if (!request.starts_with(name)) return go_on();
  std::string_view rest = request.substr(name.size());
  if (!rest.empty() && rest[0] != '/') return go_on();
  std::string subpath = "." + std::string(rest);
  TargetOutcome outcome =
      package_exports_resolve(world, scope->folder, subpath, *scope->config, RequestKind::kRequire);
  if (outcome.kind != TargetOutcome::kPath) return stop();
  return found(world.index.file(outcome.path));
}

}  // namespace

const FileNode* cjs_resolve(const ModuleWorld& world, std::string_view specifier,
                            std::string_view parent) {
  if (specifier.empty() || specifier.starts_with('/') || is_builtin_module(specifier))
    return nullptr;
  if (!is_utf8(specifier)) return nullptr;
  for (char c : specifier)
    if (static_cast<uint8_t>(c) < 0x20 || c == '\\' || c == ':') return nullptr;

  auto scope = world.configs.lookup_package_scope(parent);
  if (scope && !scope->config->usable) return nullptr;
  if (specifier.starts_with('#') && scope && scope->config->imports) {
    TargetOutcome outcome =
        package_imports_resolve(world, specifier, parent, RequestKind::kRequire);
    return outcome.kind == TargetOutcome::kPath ? world.index.file(outcome.path) : nullptr;
  }
  Step self = try_self(world, scope, specifier);
  if (self.stop) return self.file;

  // "..name" is looked up beside the file as well, as Node does it.
  bool beside = specifier == "." || specifier.starts_with("./") || specifier.starts_with("..");
  if (!beside) return find_in_node_modules(world, specifier, parent);
  return find_in(world, std::string(*parent_folder(parent)), specifier).file;
}

}  // namespace ingot
