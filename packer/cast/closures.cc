#include "packer/cast/closures.h"

#include <map>
#include <optional>

#include "lockfile/proofs.h"
#include "packer/cast/platforms.h"

namespace ingot {

Result<std::vector<PackageGraph>> find_closures(const Lockfile& lockfile,
                                                const BuildOptions& options,
                                                const ResolveOptions& resolve,
                                                Diagnostics& diagnostics) {
  std::vector<PackageGraph> closures;
  std::optional<Error> first;
  for (const Target& target : options.targets) {
    auto closure = resolve_packages(lockfile, target, diagnostics, resolve);
    if (closure)
      closures.push_back(std::move(*closure));
    else if (first)
      diagnostics.error(std::move(closure.error()));
    else
      first = std::move(closure.error());
  }
  if (first) return fail(std::move(*first));
  auto unverified =
      options.allow_unverified ? UnverifiedPackages::kAllow : UnverifiedPackages::kRefuse;
  TRY(check_proofs(packages_of(united(closures)), unverified, diagnostics));
  return closures;
}

PackageGraph united(std::span<const PackageGraph> closures) {
  std::map<std::string_view, PackageNode> packages;
  for (const PackageGraph& closure : closures)
    for (const PackageNode& node : closure.packages) {
      auto [entry, is_new] = packages.emplace(node.package->install_path, node);
      entry->second.requested_by = 0;  // indices into the closure it comes from
      entry->second.dependencies.clear();
      if (!is_new) entry->second.optional = entry->second.optional && node.optional;
    }
  PackageGraph all{closures.front().target, {}, {}};
  for (auto& [path, node] : packages) all.packages.push_back(node);
  return all;
}

}  // namespace ingot
