// The bytes that casting needs: the runtimes and the packages of all targets.
//
// Owns what `ingot build` and `ingot fetch` have in common: where bytes may come from, getting
// them, and what a person wants to know about them. Whatever is got lies in the store afterwards.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "packer/acquire/environment.h"
#include "packer/acquire/fetch.h"
#include "packer/cast/options.h"
#include "packer/cast/package_counts.h"
#include "packer/cast/project.h"
#include "packer/cast/template_source.h"
#include "packer/unpack/package_supply.h"
#include "resolver/package_graph.h"

namespace ingot {

// Told about each stage as it begins, for people who wait.
class StageListener : public ProgressSink {
 public:
  virtual void on_stage(std::string_view what) = 0;
};

struct BuildEnvironment {
  const Store& store;
  const Environment& variables;
  StageListener& listener;
  const TarballFolder* tarballs = nullptr;
};

// npm's settings and those of the project's own package manager. Errors: those of
// `load_npm_config`.
Result<NpmConfig> npm_config_of(const Project& project, const BuildEnvironment& environment,
                                Diagnostics& diagnostics);

// Where a project's packages may come from. Borrows all of its arguments.
FetchSettings fetch_settings(const Project& project, const NpmConfig& config,
                             const BuildOptions& options, const BuildEnvironment& environment);

// What becomes of packages from git, as the project's package manager installs them: yarn 1, bun
// and pnpm up to version 8 all files of a repository, the others those that npm would pack.
GitRules git_rules(const Project& project, const BuildOptions& options);
SignaturePolicy signature_policy(const BuildOptions& options);

// The runtimes of a build: one per target, and the one that compiles on this machine.
struct Runtimes {
  std::vector<RuntimeTemplate> of_targets;  // in their order
  std::optional<RuntimeTemplate> extra;     // for this machine, when it is no target
  size_t host = 0;                          // which of the targets is this machine, otherwise

  const RuntimeTemplate& compiler() const { return extra ? *extra : of_targets[host]; }
};

// Errors: those of packer/cast/template_source.h.
Result<Runtimes> get_runtimes(const BuildOptions& options, const FetchSettings& settings,
                              Diagnostics& diagnostics);

// The targets' runtimes by name only, for what needs no bytes of theirs.
Result<Runtimes> name_runtimes(const BuildOptions& options, const Store& store);

// Refuses packages that are not as the policy demands. Errors: those of packer/cast/policy.h and
// package_age.h.
Status enforce_policy(const Policy& policy, const Project& project,
                      std::span<const LockedPackage* const> packages, const FetchSettings& settings,
                      Diagnostics& diagnostics);

// The packages of all closures, patches included, and their counts. Errors: those of
// `fetch_packages`, `check_signatures` and packer/unpack/patch_file.h.
Result<PackageSupply> get_packages(const Project& project, std::span<const PackageGraph> closures,
                                   const BuildOptions& options, const FetchSettings& settings,
                                   PackageCounts& counts, Diagnostics& diagnostics);

}  // namespace ingot
