#include "packer/cast/verify_project.h"

#include <algorithm>
#include <map>

#include "base/atomic_file.h"
#include "base/thread_pool.h"
#include "lockfile/pins.h"
#include "lockfile/proofs.h"
#include "packer/acquire/fetch.h"
#include "packer/cast/closures.h"
#include "packer/cast/installed.h"
#include "packer/cast/platforms.h"
#include "packer/cast/project.h"
#include "packer/cast/seal.h"
#include "packer/unpack/berry_archive.h"
#include "packer/unpack/patch_file.h"
#include "resolver/platform.h"
#include "templates/pins.h"

namespace ingot {
namespace {

// Every package of the lockfile, development ones too, that runs on one of the targets, as far as
// the lockfile tells.
PackageGraph all_packages(const Lockfile& lockfile, std::span<const Target> targets) {
  PackageGraph all{targets.front(), {}, {}};
  for (const LockedPackage& package : lockfile.packages) {
    bool runs = std::ranges::any_of(
        targets, [&](const Target& target) { return !why_unsupported(package.platform, target); });
    if (runs) all.packages.push_back({&package, 0, package.optional, {}});
  }
  return all;
}

struct PackageResult {
  bool has_install_script = false;
  std::optional<Error> error;
  InstalledCheck installed;
};

// The patch is checked by applying it, as a build would.
Status patch_package(const Project& project, const LockedPackage& package,
                     UnpackedPackage& unpacked) {
  if (!package.patch) return {};
  PatchFile patch =
      TRY(read_patch_file(real_file_system(), project.folder, package, project.lockfile.kind));
  return apply_patch(patch, package_label(package), unpacked);
}

PackageResult check_package(const Project& project, const VerifiedTarball& tarball,
                            const PackageNode& node, Unprepared unprepared,
                            const InstalledPlace* installed) {
  const LockedPackage& package = *node.package;
  PackageResult result;
  auto unpacked = unpack_locked(tarball.bytes, package, unprepared);
  Status status;
  if (!unpacked) status = fail(std::move(unpacked.error()));
  if (status) status = patch_package(project, package, *unpacked);
  if (status) result.has_install_script = unpacked->facts.manifest.scripts.any();
  if (status && installed)
    status = compare_installed(*installed, package, !node.optional, *unpacked, result.installed);
  if (!status) result.error = std::move(status.error());
  return result;
}

void count(const Project& project, const PackageGraph& graph,
           const std::vector<VerifiedTarball>& tarballs, ProjectCheck& check) {
  std::map<size_t, const Proof*> proof_of;
  for (const VerifiedTarball& tarball : tarballs) proof_of[tarball.package] = &tarball.proof;
  std::map<std::string, size_t> proofs, origins;
  for (size_t i = 0; i < graph.packages.size(); ++i) {
    const LockedPackage& package = *graph.packages[i].package;
    if (package.is_link() || package.is_local()) continue;
    auto found = proof_of.find(i);
    const Proof* proof = found == proof_of.end() ? nullptr : found->second;
    ++check.packages;
    ++proofs[proof_name(project, package, proof)];
    if (proof) ++origins[std::string(origin_name(proof->origin))];
  }
  check.proofs.assign(proofs.begin(), proofs.end());
  check.origins.assign(origins.begin(), origins.end());
}

// Digests for all packages that need one: those that were pinned before, and those seen now.
Status write_pins_file(const Project& project, const PackageGraph& graph,
                       const std::vector<VerifiedTarball>& tarballs, ProjectCheck& check) {
  Pins pins = project.pins;
  for (const VerifiedTarball& tarball : tarballs) {
    auto name = pin_name(*graph.packages[tarball.package].package);
    if (!name || pins.contains(*name)) continue;
    pins.emplace(*name, Integrity::of(digest_of(DigestAlgorithm::kSha512, tarball.bytes)));
    check.pinned.push_back(*name);
  }
  if (check.pinned.empty()) return {};
  return write_file_atomically(join_path(project.folder, kPinsName),
                               std::string_view(write_pins(pins)));
}

Status check_packages(const Project& project, const PackageGraph& graph,
                      const std::vector<VerifiedTarball>& tarballs, const BuildOptions& options,
                      ProjectCheck& check, Diagnostics& diagnostics) {
  InstalledPlace place{real_file_system(), project.folder, project.lockfile};
  std::vector<PackageResult> results(tarballs.size());
  TRY(parallel_for(tarballs.size(), [&](size_t i) -> Status {
    results[i] = check_package(project, tarballs[i], graph.packages[tarballs[i].package],
                               unprepared_policy(options), check.installed ? &place : nullptr);
    return {};
  }));
  std::optional<Error> first;
  PackageWays ways(project.lockfile);
  for (size_t i = 0; i < results.size(); ++i)
    if (options.policy.no_install_scripts && results[i].has_install_script && !results[i].error)
      results[i].error = install_script_error(ways, *graph.packages[tarballs[i].package].package);
  for (PackageResult& result : results) {
    if (result.error && first)
      diagnostics.error(std::move(*result.error));
    else if (result.error)
      first = std::move(result.error);
    if (!check.installed) continue;
    check.installed->packages += result.installed.packages;
    check.installed->files += result.installed.files;
    std::ranges::move(result.installed.differences,
                      std::back_inserter(check.installed->differences));
  }
  if (first) return fail(std::move(*first));
  if (!check.installed) return {};
  TRY(find_unlocked(place, *check.installed));
  std::ranges::sort(check.installed->differences, {}, &InstalledDifference::path);
  return {};
}

}  // namespace

Result<ProjectCheck> verify_project(const ProjectCheckOptions& options,
                                    const BuildEnvironment& environment, Diagnostics& diagnostics) {
  BuildOptions build = options.build;
  if (options.pin) {
    build.allow_unverified = true;
    build.strict = false;
  }
  environment.listener.on_stage("reading the lockfile");
  Project project = TRY(load_project(real_file_system(), build.project, build.hoist, diagnostics));
  ProjectCheck check;
  check.name = project.name();
  check.version = project.manifest.version;
  check.lockfile_name = project.lockfile_name;
  check.lockfile_version = project.lockfile.version;
  if (options.installed) {
    if (!real_file_system().is_directory(join_path(project.folder, "node_modules")))
      return fail(input_error("installed-missing", "there is no node_modules in " + project.folder)
                      .hinted("install the packages first, or leave --installed out"));
    check.installed.emplace();
  }

  // What a build would refuse is refused here.
  ResolveOptions resolve{std::string(kDefaultNodeVersion), {}};
  PackageGraph needed = united(TRY(find_closures(project.lockfile, build, resolve, diagnostics)));
  PackageGraph all = all_packages(project.lockfile, build.targets);
  for (PackageNode& node : all.packages) {
    const PackageNode* known = needed.find(node.package->install_path);
    node.optional = known == nullptr || known->optional;
  }
  Diagnostics repeated;
  auto policy = build.allow_unverified ? UnverifiedPackages::kAllow : UnverifiedPackages::kRefuse;
  TRY(check_proofs(packages_of(all), policy, repeated));

  NpmConfig config = TRY(npm_config_of(project, environment, diagnostics));
  FetchSettings settings = fetch_settings(project, config, build, environment);
  TRY(enforce_policy(build.policy, project, packages_of(all), settings, diagnostics));
  environment.listener.on_stage("getting packages");
  std::vector<VerifiedTarball> tarballs = TRY(fetch_packages(all, settings, diagnostics));
  SignatureCheck vouched = TRY(check_signatures(all, tarballs, project.signatures,
                                                signature_policy(build), settings, diagnostics));
  check.signatures = vouched.packages;
  environment.listener.on_stage("checking packages");
  TRY(check_packages(project, all, tarballs, build, check, diagnostics));
  count(project, all, tarballs, check);
  if (options.pin) TRY(write_pins_file(project, all, tarballs, check));
  if (options.pin && build.signatures)
    TRY(write_file_atomically(join_path(project.folder, kSignaturesName),
                              std::string_view(write_signatures(vouched.used))));
  return check;
}

}  // namespace ingot
