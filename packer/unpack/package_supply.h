// The packages of several trees that are made one after the other, each unpacked once.
//
// Owns verified tarballs until they are unpacked, and unpacked packages until the last tree that
// needs them has taken them: what is held at any time is what one tree needs and what it shares
// with those to come. Contents are shared between trees, never copied. Fetches nothing.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "packer/acquire/fetch.h"
#include "packer/unpack/package.h"
#include "packer/unpack/patch.h"
#include "resolver/package_graph.h"

namespace ingot {

class PackageSupply {
 public:
  // `tarballs`: those of `all`, which has every package of `trees`, in the order of a graph. The
  // packages themselves are borrowed from the lockfile, which outlives the supply.
  // `patches`: of the packages that are patched, applied to them when they are unpacked.
  PackageSupply(const PackageGraph& all, std::vector<VerifiedTarball> tarballs,
                std::span<const PackageGraph> trees,
                std::map<const LockedPackage*, PackagePatches> patches = {},
                const GitRules& git = {});

  // Whether a tree that needs `package` can still take it.
  bool has(const LockedPackage& package) const;

  // Unpacked, the package that was locked, and patched. To be taken once for each tree; different
  // packages may be taken by several threads at once. Errors: those of `unpack_locked` and
  // `apply_patches`.
  Result<std::shared_ptr<const UnpackedPackage>> take(const LockedPackage& package);

  // A tree that will take nothing: another target has the same.
  void pass(const PackageGraph& tree);

  // The patch of a package; nullptr for one without.
  const PackagePatches* patch_of(const LockedPackage& package) const;

  // Of a package that has a tarball, for as long as the supply lives; nullptr for another.
  const Proof* proof_of(const LockedPackage& package) const;

 private:
  struct Slot {
    VerifiedTarball tarball;
    std::shared_ptr<const UnpackedPackage> unpacked;
    size_t trees = 0;  // that have not taken it yet
  };
  std::map<const LockedPackage*, PackagePatches> patches_;
  GitRules git_;
  std::map<const LockedPackage*, Slot> slots_;  // only ever looked up, never gone through
};

}  // namespace ingot
