// Fills the sealed manifest from what the stages know.
#pragma once

#include "packer/cast/project.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/cast/template_source.h"
#include "packer/pack/pack.h"
#include "packer/unpack/assemble.h"
#include "packer/unpack/package_supply.h"
#include "resolver/file_tree.h"
#include "resolver/package_graph.h"

namespace ingot {

// "sha512", "pinned-sha512", "yarn-archive", "commit", "parent" or "none": how the package's bytes
// are proved. `proof`: of its own tarball; nullptr for a package that has none.
std::string proof_name(const Project& project, const LockedPackage& package, const Proof* proof);

// Everything but the files.
SealedManifest seal_packages(const Project& project, const PackageGraph& graph,
                             const PackageSupply& supply, const RuntimeTemplate& runtime);

// What is known of the files without their bytes. `reasons`: why files are inside that are not
// simply part of their package, sorted by path.
std::vector<SealedFile> seal_names(const FileTree& tree, const std::vector<FileReason>& reasons);

// `compiled`: what the target gets.
void seal_files(const FileTree& tree, const std::vector<FileReason>& reasons,
                const PackedTree& packed, const CompiledTree& compiled, const std::string& entry,
                SealedManifest& manifest);

}  // namespace ingot
