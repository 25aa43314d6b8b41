#include "packer/cast/platforms.h"

#include <algorithm>

#include "packer/unpack/package.h"

namespace ingot {
namespace {

bool is_fetched(SourceKind kind) {
  return kind == SourceKind::kRegistry || kind == SourceKind::kRemoteTarball ||
         kind == SourceKind::kLocalTarball;
}

bool is_unknown(const LockedPackage& package, bool lockfile_has_libc) {
  if (package.is_link() || !is_fetched(package.source.kind)) return false;
  const PlatformConstraint& platform = package.platform;
  if (platform.os.empty() && platform.cpu.empty()) return !lockfile_has_libc;
  bool for_linux = std::find(platform.os.begin(), platform.os.end(), "linux") != platform.os.end();
  return for_linux && platform.libc.empty() && !lockfile_has_libc;
}

}  // namespace

std::vector<const LockedPackage*> packages_of(const PackageGraph& graph) {
  std::vector<const LockedPackage*> packages;
  for (const PackageNode& node : graph.packages) packages.push_back(node.package);
  return packages;
}

Result<bool> learn_platforms(const Lockfile& lockfile, const FetchSettings& settings,
                             const PackageGraph& graph, ResolveOptions& options,
                             Diagnostics& diagnostics) {
  bool has_libc = std::any_of(lockfile.packages.begin(), lockfile.packages.end(),
                              [](const LockedPackage& p) { return !p.platform.libc.empty(); });
  bool any = false;
  for (const PackageNode& node : graph.packages) {
    const LockedPackage& package = *node.package;
    if (!node.optional || !is_unknown(package, has_libc)) continue;
    any = true;
    if (options.platforms.contains(package.install_path)) continue;  // asked for another target
    VerifiedTarball tarball = TRY(fetch_tarball(request_for(package), settings, diagnostics));
    UnpackedPackage unpacked = TRY(unpack_package(tarball.bytes, package_label(package)));
    const PlatformConstraint& real = unpacked.facts.manifest.platform;
    bool says = !real.os.empty() || !real.cpu.empty() || !real.libc.empty();
    options.platforms[package.install_path] = says ? real : package.platform;
  }
  return any;
}

Status refine_platforms(const Lockfile& lockfile, const FetchSettings& settings,
                        PackageGraph& graph, ResolveOptions& options, Diagnostics& diagnostics) {
  if (!TRY(learn_platforms(lockfile, settings, graph, options, diagnostics))) return {};
  Diagnostics repeated;  // the same warnings again
  graph = TRY(resolve_packages(lockfile, graph.target, repeated, options));
  return {};
}

}  // namespace ingot
