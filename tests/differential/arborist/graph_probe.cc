// graph_probe TARGET NODE_VERSION FOLDER...: prints the closure of each folder's lockfile as lines
// of JSON, for compare.cjs. One line per package: {"folder", "path", "name", "version", "link",
// "optional"}; one line {"folder", "error"} for a lockfile that is refused.
#include <fmt/format.h>

#include <cstdio>

#include "base/file_system.h"
#include "base/json.h"
#include "lockfile/drift.h"
#include "lockfile/npm_lockfile.h"
#include "resolver/package_graph.h"

using namespace ingot;

namespace {

constexpr uint64_t kMaxFile = 256 << 20;

Status print_closure(const std::string& folder, const Target& target,
                     const ResolveOptions& options) {
  const FileSystem& files = real_file_system();
  Diagnostics diagnostics;
  std::optional<Manifest> project;
  if (auto text = files.read(join_path(folder, "package.json"), kMaxFile))
    project = TRY(parse_manifest(std::move(*text), "package.json"));
  auto text = files.read(join_path(folder, "npm-shrinkwrap.json"), kMaxFile);
  if (!text) text = files.read(join_path(folder, "package-lock.json"), kMaxFile);
  std::string lock_text = TRY(std::move(text));
  Lockfile lockfile = TRY(parse_npm_lockfile(std::move(lock_text), "package-lock.json",
                                             project ? &*project : nullptr, diagnostics));
  if (project) {
    LocalManifest local{"", &*project};
    adopt_manifests(lockfile, {&local, 1});
  }
  PackageGraph graph = TRY(resolve_packages(lockfile, target, diagnostics, options));
  for (const PackageNode& node : graph.packages) {
    const LockedPackage& package = lockfile.follow(*node.package);
    fmt::print(R"({{"folder":{},"path":{},"name":{},"version":{},"link":{},"optional":{}}})"
               "\n",
               json_quote(folder), json_quote(node.package->install_path), json_quote(package.name),
               json_quote(package.version), node.package->is_link(), node.optional);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  auto target = argc > 3 ? find_target(argv[1]) : std::nullopt;
  if (!target) {
    std::fprintf(stderr, "usage: graph_probe TARGET NODE_VERSION FOLDER...\n");
    return 2;
  }
  ResolveOptions options;
  options.node_version = argv[2];
  for (int i = 3; i < argc; ++i) {
    std::string folder = argv[i];
    if (auto status = print_closure(folder, *target, options); !status)
      fmt::print(R"({{"folder":{},"error":{}}})"
                 "\n",
                 json_quote(folder), json_quote(status.error().code));
  }
  return 0;
}
