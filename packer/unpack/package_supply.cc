#include "packer/unpack/package_supply.h"

namespace ingot {

PackageSupply::PackageSupply(const PackageGraph& all, std::vector<VerifiedTarball> tarballs,
                             std::span<const PackageGraph> trees,
                             std::map<const LockedPackage*, PackagePatches> patches,
                             const GitRules& git)
    : patches_(std::move(patches)), git_(git) {
  for (VerifiedTarball& tarball : tarballs) {
    const LockedPackage* package = all.packages[tarball.package].package;
    slots_[package].tarball = std::move(tarball);
  }
  for (const PackageGraph& tree : trees)
    for (const PackageNode& node : tree.packages)
      if (auto slot = slots_.find(node.package); slot != slots_.end()) ++slot->second.trees;
}

bool PackageSupply::has(const LockedPackage& package) const {
  auto slot = slots_.find(&package);
  return slot != slots_.end() && slot->second.trees > 0;
}

Result<std::shared_ptr<const UnpackedPackage>> PackageSupply::take(const LockedPackage& package) {
  INGOT_CHECK(has(package));
  Slot& slot = slots_.find(&package)->second;
  if (!slot.unpacked) {
    auto unpacked = unpack_locked(slot.tarball.bytes, package, git_);
    slot.tarball.bytes = {};
    slot.tarball.owner.reset();
    if (!unpacked) return fail(std::move(unpacked.error()));
    if (const PackagePatches* patch = patch_of(package))
      TRY(apply_patches(*patch, package_label(package), *unpacked));
    slot.unpacked = std::make_shared<const UnpackedPackage>(std::move(*unpacked));
  }
  std::shared_ptr<const UnpackedPackage> taken = slot.unpacked;
  if (--slot.trees == 0) slot.unpacked.reset();
  return taken;
}

void PackageSupply::pass(const PackageGraph& tree) {
  for (const PackageNode& node : tree.packages) {
    auto slot = slots_.find(node.package);
    if (slot == slots_.end()) continue;
    INGOT_CHECK(slot->second.trees > 0);
    if (--slot->second.trees == 0) slot->second.unpacked.reset();
  }
}

const PackagePatches* PackageSupply::patch_of(const LockedPackage& package) const {
  auto patch = patches_.find(&package);
  return patch == patches_.end() ? nullptr : &patch->second;
}

const Proof* PackageSupply::proof_of(const LockedPackage& package) const {
  auto slot = slots_.find(&package);
  return slot == slots_.end() ? nullptr : &slot->second.tarball.proof;
}

}  // namespace ingot
