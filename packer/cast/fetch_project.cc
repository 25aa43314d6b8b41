#include "packer/cast/fetch_project.h"

#include "packer/cast/closures.h"
#include "packer/cast/platforms.h"

namespace ingot {
namespace {

// Each target's packages; of `options.targets` those are left for which there are any.
Result<std::vector<PackageGraph>> possible_closures(const Lockfile& lockfile, BuildOptions& options,
                                                    const ResolveOptions& resolve,
                                                    Diagnostics& diagnostics) {
  std::vector<PackageGraph> closures;
  std::vector<Target> possible;
  std::optional<Error> first;
  for (const Target& target : options.targets) {
    BuildOptions one = options;
    one.targets = {target};
    Diagnostics of_target;
    auto found = find_closures(lockfile, one, resolve, of_target);
    if (!found && found.error().code != "platform-unsupported")
      return fail(std::move(found.error()));
    if (!found) {
      if (!first) first = found.error();
      Error warning =
          input_error("target-skipped", "nothing is fetched for " + std::string(target.name) +
                                            ": " + found.error().message);
      warning.position = found.error().position;
      diagnostics.warning(std::move(warning));
      continue;
    }
    for (const Error& warning : of_target.warnings()) diagnostics.warning(warning);
    possible.push_back(target);
    closures.push_back(std::move(found->front()));
  }
  if (closures.empty()) return fail(std::move(*first));
  options.targets = std::move(possible);
  return closures;
}

}  // namespace

Result<FetchSummary> fetch_project(const BuildOptions& asked, FetchTargets which,
                                   const BuildEnvironment& environment, Diagnostics& diagnostics) {
  BuildOptions options = asked;
  environment.listener.on_stage("reading the lockfile");
  Project project =
      TRY(load_project(real_file_system(), options.project, {options.hoist}, diagnostics));
  ResolveOptions resolve{std::string(kDefaultNodeVersion), {}};
  std::vector<PackageGraph> closures =
      which == FetchTargets::kPossible
          ? TRY(possible_closures(project.lockfile, options, resolve, diagnostics))
          : TRY(find_closures(project.lockfile, options, resolve, diagnostics));

  NpmConfig config = TRY(npm_config_of(project, environment, diagnostics));
  FetchSettings settings = fetch_settings(project, config, options, environment);
  TRY(enforce_policy(options.policy, project, packages_of(united(closures)), settings,
                     diagnostics));
  environment.listener.on_stage("getting the Node.js runtime");
  TRY(get_runtimes(options, settings, diagnostics));
  environment.listener.on_stage("getting packages");
  for (PackageGraph& closure : closures)
    TRY(refine_platforms(project.lockfile, settings, closure, resolve, diagnostics));
  FetchSummary summary;
  TRY(get_packages(project, closures, options, settings, summary, diagnostics));
  summary.name = project.name();
  summary.version = project.manifest.version;
  for (const Target& target : options.targets) summary.targets.emplace_back(target.name);
  return summary;
}

}  // namespace ingot
