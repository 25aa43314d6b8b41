#include "packer/cast/build_provenance.h"

#include <map>

#include "base/digest.h"
#include "packer/bill/bill_text.h"
#include "packer/bill/package_url.h"
#include "packer/cast/closures.h"
#include "packer/unpack/package.h"

#ifndef INGOT_VERSION
#error "the build defines INGOT_VERSION"
#endif

namespace ingot {
namespace {

std::pair<std::string, std::string> named(const Digest& digest) {
  return {std::string(digest_name(digest.algorithm)), digest.hex()};
}

void add_package(const LockedPackage& package, const PackageSupply& supply,
                 std::map<std::string, BuildResource>& out) {
  const Proof* proof = supply.proof_of(package);
  if (proof != nullptr && proof->digest) {
    bool published = package.source.kind == SourceKind::kRegistry;
    std::string uri = published ? npm_package_url(package.name, package.version) : "";
    out.emplace("1 " + package_label(package) + proof->digest->hex(),
                BuildResource{package_label(package), std::move(uri), {named(*proof->digest)}});
  }
  if (const PackagePatches* patch = supply.patch_of(package))
    out.emplace("2 " + patch->path(),
                BuildResource{
                    patch->path(), "", {{"sha256", sha256_hex(std::string_view(patch->text()))}}});
}

void add_runtime(const RuntimeTemplate& runtime, std::map<std::string, BuildResource>& out) {
  std::string name =
      "Node.js " + std::string(runtime.node_version) + " for " + std::string(runtime.pin->target);
  out.emplace("3 " + name, BuildResource{name, "", {{"sha256", runtime.sha256}}});
  if (auto integrity = Integrity::parse(runtime.pin->integrity)) {
    std::string package(runtime.pin->package);
    out.emplace("4 " + package, BuildResource{package,
                                              npm_package_url(package, runtime.node_version),
                                              {named(integrity->strongest())}});
  }
}

}  // namespace

Result<std::string> write_provenance(const ProvenanceOptions& options, const Project& project,
                                     std::span<const PackageGraph> closures,
                                     const PackageSupply& supply,
                                     std::span<const RuntimeTemplate> runtimes,
                                     const std::vector<BuiltFile>& files) {
  BuildStatement statement;
  for (const BuiltFile& file : files)
    statement.subjects.push_back({file.name, "", {{"sha256", file.sha256}}});
  statement.parameters = options.parameters;
  statement.builder_id = options.builder_id;
  statement.ingot_version = INGOT_VERSION;
  if (options.date) statement.started_on = utc_time(*options.date);
  std::map<std::string, BuildResource> used;  // each once, in order of kind and name
  used.emplace("0",
               BuildResource{project.lockfile_name, "", {{"sha256", project.lockfile_sha256}}});
  for (const PackageNode& node : united(closures).packages)
    add_package(*node.package, supply, used);
  for (const RuntimeTemplate& runtime : runtimes) add_runtime(runtime, used);
  for (auto& [key, resource] : used) statement.dependencies.push_back(std::move(resource));
  return write_envelope(kStatementType, write_statement(statement), options.key);
}

}  // namespace ingot
