// Fills the sealed manifest from what the stages know.
#pragma once

#include "packer/cast/project.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/cast/template_source.h"
#include "packer/pack/pack.h"
#include "packer/unpack/package_supply.h"
#include "resolver/file_tree.h"
#include "resolver/package_graph.h"

namespace ingot {

// "sha512", "parent" or "none": how the package's bytes are proved. `proof`: of its own tarball;
// nullptr for a package that has none.
std::string proof_name(const LockedPackage& package, const Proof* proof);

// Everything but the files.
SealedManifest seal_packages(const Project& project, const PackageGraph& graph,
                             const PackageSupply& supply, const RuntimeTemplate& runtime);

void seal_files(const FileTree& tree, const PackedTree& packed, const std::string& entry,
                SealedManifest& manifest);

}  // namespace ingot
