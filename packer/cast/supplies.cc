#include "packer/cast/supplies.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "packer/cast/closures.h"
#include "packer/cast/package_age.h"
#include "packer/cast/platforms.h"
#include "packer/unpack/berry_archive.h"
#include "packer/unpack/patch_file.h"

namespace ingot {
namespace {

Result<std::map<const LockedPackage*, PackagePatches>> read_patches(const Project& project,
                                                                    const PackageGraph& graph) {
  std::map<const LockedPackage*, PackagePatches> patches;
  for (const PackageNode& node : graph.packages)
    if (node.package->patch && !node.package->is_link())
      patches.emplace(node.package, TRY(read_patches(real_file_system(), project.folder,
                                                     *node.package, project.lockfile.kind)));
  return patches;
}

}  // namespace

Result<NpmConfig> npm_config_of(const Project& project, const BuildEnvironment& environment,
                                Diagnostics& diagnostics) {
  return load_npm_config({.files = real_file_system(),
                          .environment = environment.variables,
                          .project_folder = project.folder,
                          .default_registry = "",
                          .manager = project.lockfile.kind},
                         diagnostics);
}

FetchSettings fetch_settings(const Project& project, const NpmConfig& config,
                             const BuildOptions& options, const BuildEnvironment& environment) {
  return {.store = environment.store,
          .config = config,
          .project_folder = project.folder,
          .network = options.offline ? Network::kOffline : Network::kAllowed,
          .unverified = options.allow_unverified ? Unverified::kAllowed : Unverified::kRefused,
          .limits = {},
          .progress = environment.listener,
          .check_archive = check_berry_archive,
          .tarballs = environment.tarballs,
          .git_proof = options.strict.value_or(false) ? GitProof::kPinnedDigest : GitProof::kCommit,
          .variables = &environment.variables};
}

GitRules git_rules(const Project& project, const BuildOptions& options) {
  const Lockfile& lockfile = project.lockfile;
  bool old_pnpm = lockfile.kind == LockfileKind::kPnpm && !lockfile.version.starts_with("9");
  return {options.allow_unprepared ? Unprepared::kAllowed : Unprepared::kRefused,
          old_pnpm || lockfile.kind == LockfileKind::kYarnClassic ||
              lockfile.kind == LockfileKind::kBun};
}

SignaturePolicy signature_policy(const BuildOptions& options) {
  return options.signatures ? SignaturePolicy::kRequired : SignaturePolicy::kWherePresent;
}

Result<Runtimes> get_runtimes(const BuildOptions& options, const FetchSettings& settings,
                              Diagnostics& diagnostics) {
  auto symbols = options.strip ? TemplateSymbols::kLeftOut : TemplateSymbols::kKept;
  Runtimes found;
  found.of_targets =
      TRY(get_templates(options.targets, options.user_template, symbols, settings, diagnostics));
  const Target host = host_target();
  auto place = std::ranges::find(options.targets, host);
  if (place != options.targets.end())
    found.host = static_cast<size_t>(place - options.targets.begin());
  else
    found.extra = std::move(
        TRY(get_templates({&host, 1}, std::nullopt, symbols, settings, diagnostics)).front());
  return found;
}

Result<Runtimes> name_runtimes(const BuildOptions& options, const Store& store) {
  auto symbols = options.strip ? TemplateSymbols::kLeftOut : TemplateSymbols::kKept;
  Runtimes found;
  for (const Target& target : options.targets)
    found.of_targets.push_back(TRY(name_template(target, options.user_template, symbols, store)));
  return found;
}

Status enforce_policy(const Policy& policy, const Project& project,
                      std::span<const LockedPackage* const> packages, const FetchSettings& settings,
                      Diagnostics& diagnostics) {
  TRY(check_policy(policy, project.lockfile, packages, settings.config, diagnostics));
  return check_ages(policy, project.lockfile, packages, settings,
                    static_cast<uint64_t>(std::time(nullptr)), diagnostics);
}

Result<PackageSupply> get_packages(const Project& project, std::span<const PackageGraph> closures,
                                   const BuildOptions& options, const FetchSettings& settings,
                                   PackageCounts& counts, Diagnostics& diagnostics) {
  PackageGraph all = united(closures);
  std::vector<VerifiedTarball> tarballs = TRY(fetch_packages(all, settings, diagnostics));
  SignatureCheck vouched = TRY(check_signatures(all, tarballs, project.signatures,
                                                signature_policy(options), settings, diagnostics));
  counts = count_packages(project, all, tarballs);
  counts.signatures = vouched.packages;
  return PackageSupply(all, std::move(tarballs), closures, TRY(read_patches(project, all)),
                       git_rules(project, options));
}

}  // namespace ingot
