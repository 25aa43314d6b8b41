#include "packer/cast/package_counts.h"

#include <map>

#include "packer/cast/seal.h"

namespace ingot {

PackageCounts count_packages(const Project& project, const PackageGraph& graph,
                             std::span<const VerifiedTarball> tarballs) {
  std::vector<const Proof*> proof_of(graph.packages.size());
  for (const VerifiedTarball& tarball : tarballs) proof_of[tarball.package] = &tarball.proof;
  PackageCounts counts;
  std::map<std::string, size_t> proofs, origins;
  for (size_t i = 0; i < graph.packages.size(); ++i) {
    const LockedPackage& package = *graph.packages[i].package;
    if (!package.is_foreign()) continue;
    ++counts.packages;
    ++proofs[proof_name(project, package, proof_of[i])];
    if (proof_of[i] != nullptr) ++origins[std::string(origin_name(proof_of[i]->origin))];
  }
  counts.proofs.assign(proofs.begin(), proofs.end());
  counts.origins.assign(origins.begin(), origins.end());
  return counts;
}

}  // namespace ingot
