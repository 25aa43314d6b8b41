#include "packer/cast/seal.h"

#include <algorithm>

#include "base/digest.h"
#include "runtime/runtime.h"

#ifndef INGOT_VERSION
#error "the build defines INGOT_VERSION"
#endif

namespace ingot {
namespace {

std::string source_name(SourceKind kind) {
  switch (kind) {
    case SourceKind::kProject:
      return "project";
    case SourceKind::kRegistry:
      return "registry";
    case SourceKind::kRemoteTarball:
      return "remote tarball";
    case SourceKind::kLocalTarball:
      return "local tarball";
    case SourceKind::kGit:
      return "git";
    case SourceKind::kDirectory:
      return std::string(kDirectorySource);
    case SourceKind::kBundled:
      return "bundled";
  }
  return "";
}

SealedPackage seal_package(const Project& project, const LockedPackage& package,
                           const Proof* proof) {
  SealedPackage sealed;
  sealed.path = package.install_path;
  sealed.name = package.name;
  sealed.version = package.version;
  sealed.source = package.is_link() ? std::string(kLinkSource) : source_name(package.source.kind);
  sealed.proof = proof_name(project, package, proof);
  if (proof != nullptr && !proof->commit.empty())
    sealed.digest = "git:" + proof->commit;
  else if (proof != nullptr && !proof->archive.empty())
    sealed.digest = "yarn:" + proof->archive;
  else if (proof != nullptr && proof->digest)
    sealed.digest =
        std::string(digest_name(proof->digest->algorithm)) + "-" + proof->digest->base64();
  return sealed;
}

}  // namespace

std::string proof_name(const Project& project, const LockedPackage& package, const Proof* proof) {
  if (proof != nullptr && !proof->archive.empty()) return "yarn-archive";
  if (proof != nullptr && proof->digest && proof->commit.empty())
    return (project.pinned.contains(package.install_path) ? "pinned-" : "") +
           std::string(digest_name(proof->digest->algorithm));
  if (proof != nullptr && !proof->commit.empty()) return "commit";
  // A bundled package's bytes are part of the tarball of the package above it.
  return package.source.kind == SourceKind::kBundled ? "parent" : "none";
}

SealedManifest seal_packages(const Project& project, const PackageGraph& graph,
                             const PackageSupply& supply, const RuntimeTemplate& runtime) {
  SealedManifest manifest;
  manifest.ingot_version = INGOT_VERSION;
  manifest.target = graph.target.name;
  manifest.name = project.name();
  manifest.version = project.manifest.version;
  manifest.lockfile_name = project.lockfile_name;
  manifest.lockfile_sha256 = project.lockfile_sha256;
  manifest.node_version = runtime.node_version;
  manifest.node_sha256 = runtime.sha256;
  manifest.node_stripped = runtime.stripped_sha256;
  manifest.node_package = runtime.pin->package;
  manifest.node_integrity = runtime.pin->integrity;
  manifest.stub_sha256 = sha256_hex(runtime_stub());
  for (const PackageNode& node : graph.packages) {
    manifest.packages.push_back(
        seal_package(project, *node.package, supply.proof_of(*node.package)));
    if (const PackagePatches* patch = supply.patch_of(*node.package)) {
      manifest.packages.back().patch = patch->path();
      manifest.packages.back().patch_sha256 = sha256_hex(std::string_view(patch->text()));
    }
    manifest.packages.back().dependencies.assign(node.dependencies.begin(),
                                                 node.dependencies.end());
  }
  return manifest;
}

std::vector<SealedFile> seal_names(const FileTree& tree, const std::vector<FileReason>& reasons) {
  std::vector<SealedFile> files;
  for (const FileNode& node : tree.nodes()) {
    SealedFile file;
    file.path = node.path;
    file.package = node.package;
    file.size = node.content.size();
    file.executable = node.executable;
    file.link = node.link_target;
    auto reason = std::ranges::lower_bound(reasons, node.path, {}, &FileReason::path);
    if (reason != reasons.end() && reason->path == node.path) file.reason = reason->reason;
    files.push_back(std::move(file));
  }
  return files;
}

void seal_files(const FileTree& tree, const std::vector<FileReason>& reasons,
                const PackedTree& packed, const CompiledTree& compiled, const std::string& entry,
                SealedManifest& manifest) {
  manifest.entry = entry;
  manifest.files = seal_names(tree, reasons);
  for (size_t i = 0; i < manifest.files.size(); ++i) {
    SealedFile& file = manifest.files[i];
    file.sha256 = packed.sha256[i];
    const CompiledFile& made = compiled.files[i];
    if (!made.code_cache.empty()) file.code_cache = sha256_hex(made.code_cache);
    if (made.stripped) file.stripped = sha256_hex(*made.stripped);
  }
}

}  // namespace ingot
