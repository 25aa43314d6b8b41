// Fills the sealed manifest from what the stages know.
#pragma once

#include "packer/acquire/fetch.h"
#include "packer/cast/project.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/cast/template_source.h"
#include "packer/pack/pack.h"
#include "resolver/file_tree.h"
#include "resolver/package_graph.h"

namespace ingot {

// Everything but the files.
SealedManifest seal_packages(const Project& project, const PackageGraph& graph,
                             const std::vector<VerifiedTarball>& tarballs,
                             const RuntimeTemplate& runtime);

void seal_files(const FileTree& tree, const PackedTree& packed, const std::string& entry,
                SealedManifest& manifest);

}  // namespace ingot
