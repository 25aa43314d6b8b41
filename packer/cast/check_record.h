// What unpacking the tarballs of a project showed, remembered in the store.
//
// Owns one record for each set of locked packages that `ingot verify DIR` has found sound: that
// every tarball can be unpacked and is the package of its name and version, and what else is asked
// of it. The tarballs' digests decide all of that, so who has just checked the digests need not
// unpack again. One record for all and not one each: a file of the store takes a write to the disk.
// It is trusted as code caches are: it carries its own digest, and who can write to the store can
// forge it. A build never asks for it: it unpacks.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "packer/acquire/fetch.h"
#include "resolver/package_graph.h"

namespace ingot {

enum class CheckedTarball : char {
  kUnknown = '?',  // has to be unpacked
  kSound = '-',
  kSoundWithInstallScript = 's',
};

// One for each tarball, or nothing when this set was not recorded. Some are always unknown: where
// more than the tarball decides (patches, what is chosen of a git clone), and where the digest is
// not the tarball's alone (that of yarn's archive, SHA-1).
std::optional<std::vector<CheckedTarball>> find_check_record(
    const Store& store, const PackageGraph& graph, std::span<const VerifiedTarball> tarballs);

// `checked`: of each tarball, none unknown. A record that cannot be written is no error: the set is
// unpacked again the next time.
void keep_check_record(const Store& store, const PackageGraph& graph,
                       std::span<const VerifiedTarball> tarballs,
                       std::vector<CheckedTarball> checked);

}  // namespace ingot
