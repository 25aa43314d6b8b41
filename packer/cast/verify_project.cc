#include "packer/cast/verify_project.h"

#include <algorithm>

#include "base/atomic_file.h"
#include "base/thread_pool.h"
#include "lockfile/pins.h"
#include "lockfile/proofs.h"
#include "packer/acquire/fetch.h"
#include "packer/cast/check_record.h"
#include "packer/cast/closures.h"
#include "packer/cast/installed.h"
#include "packer/cast/installed_copies.h"
#include "packer/cast/platforms.h"
#include "packer/cast/project.h"
#include "packer/unpack/berry_archive.h"
#include "packer/unpack/patch_file.h"
#include "resolver/whole_lockfile.h"
#include "templates/pins.h"

namespace ingot {
namespace {

// The node_modules to compare with.
struct Installation {
  InstalledPlace place;
  std::optional<InstalledCopies> copies;  // where packages have places that nobody tells

  bool has(const LockedPackage& package) const {
    return copies ? copies->has(package)
                  : place.files.is_directory(join_path(place.project, package.install_path));
  }
};

// What is installed is compared, whatever platform it is for, where there is something to compare
// it with.
void add_installed(const Project& project, const Installation& installed, PackageGraph& all) {
  std::vector<PackageNode> more;
  for (const LockedPackage& package : project.lockfile.packages) {
    bool promised = !package.integrity.empty() || package.archive_checksum;
    if (!package.is_link() && promised && all.find(package.install_path) == nullptr &&
        installed.has(package))
      more.push_back({&package, 0, true, {}});
  }
  std::ranges::move(more, std::back_inserter(all.packages));
  std::ranges::sort(all.packages, {}, [](const PackageNode& node) {
    return std::string_view(node.package->install_path);
  });
}

struct PackageResult {
  CheckedTarball checked = CheckedTarball::kUnknown;
  std::optional<Error> error;
  InstalledCheck installed;
};

// The patch is checked by applying it, as a build would.
Status patch_package(const Project& project, const LockedPackage& package,
                     UnpackedPackage& unpacked) {
  if (!package.patch) return {};
  PackagePatches patch =
      TRY(read_patches(real_file_system(), project.folder, package, project.lockfile.kind));
  return apply_patches(patch, package_label(package), unpacked);
}

PackageResult check_package(const Project& project, VerifiedTarball tarball,
                            const PackageNode& node, const GitRules& git, Installation* installed) {
  const LockedPackage& package = *node.package;
  PackageResult result;
  if (auto loaded = load_bytes(tarball); !loaded) {
    result.error = std::move(loaded.error());
    return result;
  }
  auto unpacked = unpack_locked(tarball.bytes, package, git);
  Status status;
  if (!unpacked) status = fail(std::move(unpacked.error()));
  if (status) status = patch_package(project, package, *unpacked);
  if (status)
    result.checked = unpacked->facts.manifest.scripts.any()
                         ? CheckedTarball::kSoundWithInstallScript
                         : CheckedTarball::kSound;
  if (status && installed && installed->copies)
    status = installed->copies->compare(package, !node.optional, *unpacked);
  else if (status && installed)
    status =
        compare_installed(installed->place, package, !node.optional, *unpacked, result.installed);
  if (!status) result.error = std::move(status.error());
  return result;
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

// Unpacks what is not known to be sound.
std::vector<PackageResult> check_tarballs(const Project& project, const PackageGraph& graph,
                                          const std::vector<VerifiedTarball>& tarballs,
                                          const BuildOptions& options, const Store& store,
                                          Installation* installed) {
  std::vector<PackageResult> results(tarballs.size());
  auto known = find_check_record(store, graph, tarballs);
  auto work = [&](size_t i) -> Status {
    if (known && !installed) results[i].checked = known->at(i);
    if (results[i].checked == CheckedTarball::kUnknown)
      results[i] = check_package(project, tarballs[i], graph.packages[tarballs[i].package],
                                 git_rules(project, options), installed);
    return {};
  };
  INGOT_CHECK(parallel_for(tarballs.size(), work).has_value());
  std::vector<CheckedTarball> checked;
  for (const PackageResult& result : results) checked.push_back(result.checked);
  bool all_sound = std::ranges::find(checked, CheckedTarball::kUnknown) == checked.end();
  if (all_sound && !known) keep_check_record(store, graph, tarballs, checked);
  return results;
}

Status check_packages(const Project& project, const PackageGraph& graph,
                      const std::vector<VerifiedTarball>& tarballs, const BuildOptions& options,
                      const Store& store, Installation* installed, ProjectCheck& check,
                      Diagnostics& diagnostics) {
  std::vector<PackageResult> results =
      check_tarballs(project, graph, tarballs, options, store, installed);
  std::optional<Error> first;
  PackageWays ways(project.lockfile);
  for (size_t i = 0; i < results.size(); ++i)
    if (options.policy.no_install_scripts && !results[i].error &&
        results[i].checked == CheckedTarball::kSoundWithInstallScript)
      results[i].error = install_script_error(ways, *graph.packages[tarballs[i].package].package);
  for (PackageResult& result : results) {
    if (result.error && first)
      diagnostics.error(std::move(*result.error));
    else if (result.error)
      first = std::move(result.error);
    if (installed == nullptr) continue;
    check.installed->packages += result.installed.packages;
    check.installed->files += result.installed.files;
    std::ranges::move(result.installed.differences,
                      std::back_inserter(check.installed->differences));
  }
  if (first) return fail(std::move(*first));
  if (installed == nullptr) return {};
  if (installed->copies)
    installed->copies->finish(*check.installed);
  else
    TRY(find_unlocked(installed->place, *check.installed));
  std::ranges::sort(check.installed->differences, {}, &InstalledDifference::path);
  return {};
}

// With Plug'n'Play yarn installs nothing: packages stay the archives that they are in its cache.
Error not_installed(const FileSystem& files, const std::string& folder) {
  for (const char* name : {".pnp.cjs", ".pnp.js"})
    if (files.is_file(join_path(folder, name)))
      return input_error("installed-pnp",
                         "there is no node_modules in " + folder +
                             ": yarn installs none with Plug'n'Play, and reads packages from the "
                             "archives in its cache")
          .hinted("leave --installed out: every package is proved all the same");
  return input_error("installed-missing", "there is no node_modules in " + folder)
      .hinted("install the packages first, or leave --installed out");
}

Result<Installation> find_installation(const Project& project) {
  const FileSystem& files = real_file_system();
  if (!files.is_directory(join_path(project.folder, "node_modules")))
    return fail(not_installed(files, project.folder));
  Installation installed{{files, project.folder, project.lockfile}, {}};
  if (has_places_of_its_own(project.lockfile))
    installed.copies.emplace(TRY(InstalledCopies::find(installed.place)));
  return installed;
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
  Project project =
      TRY(load_project(real_file_system(), build.project, {build.hoist, true}, diagnostics));
  ProjectCheck check;
  check.name = project.name();
  check.version = project.manifest.version;
  check.lockfile_name = project.lockfile_name;
  check.lockfile_version = project.lockfile.version;
  std::optional<Installation> installed;
  if (options.installed) {
    installed.emplace(TRY(find_installation(project)));
    check.installed.emplace();
  }

  // What a build would refuse is refused here.
  ResolveOptions resolve{std::string(kDefaultNodeVersion), {}};
  std::vector<PackageGraph> closures =
      TRY(find_closures(project.lockfile, build, resolve, diagnostics));
  PackageGraph all = whole_lockfile(project.lockfile, build.targets, {});
  Diagnostics repeated;
  auto policy = build.allow_unverified ? UnverifiedPackages::kAllow : UnverifiedPackages::kRefuse;
  TRY(check_proofs(packages_of(all), policy, repeated));

  NpmConfig config = TRY(npm_config_of(project, environment, diagnostics));
  FetchSettings settings = fetch_settings(project, config, build, environment);
  TRY(enforce_policy(build.policy, project, packages_of(all), settings, diagnostics));
  environment.listener.on_stage("getting packages");
  for (PackageGraph& closure : closures)
    TRY(refine_platforms(project.lockfile, settings, closure, resolve, diagnostics));
  if (TRY(learn_platforms(project.lockfile, settings, all, resolve, diagnostics)))
    all = whole_lockfile(project.lockfile, build.targets, resolve.platforms);
  if (installed) add_installed(project, *installed, all);
  // Of an installed tree that may be for production only, just that has to be there.
  PackageGraph needed = united(closures);
  for (PackageNode& node : all.packages) {
    const PackageNode* known = needed.find(node.package->install_path);
    node.optional = known == nullptr || known->optional;
  }
  // What unpacking shows is remembered, so bytes that are proved are most often done with.
  FetchSettings proving = settings;
  if (!installed && !options.pin && !build.signatures && project.signatures.empty())
    proving.stored_bytes = StoredBytes::kProofAlone;
  std::vector<VerifiedTarball> tarballs = TRY(fetch_packages(all, proving, diagnostics));
  SignatureCheck vouched = TRY(check_signatures(all, tarballs, project.signatures,
                                                signature_policy(build), settings, diagnostics));
  environment.listener.on_stage("checking packages");
  TRY(check_packages(project, all, tarballs, build, environment.store,
                     installed ? &*installed : nullptr, check, diagnostics));
  static_cast<PackageCounts&>(check) = count_packages(project, all, tarballs);
  check.signatures = vouched.packages;
  if (options.pin) TRY(write_pins_file(project, all, tarballs, check));
  if (options.pin && build.signatures)
    TRY(write_file_atomically(join_path(project.folder, kSignaturesName),
                              std::string_view(write_signatures(vouched.used))));
  return check;
}

}  // namespace ingot
