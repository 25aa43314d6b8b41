#include "packer/cast/package_age.h"

#include "packer/acquire/publication.h"
#include "packer/unpack/package.h"

namespace ingot {
namespace {

constexpr uint64_t kDay = 86400;  // seconds

bool has_an_age(const LockedPackage& package) {
  return package.is_foreign() && package.source.kind != SourceKind::kBundled &&
         package.source.kind != SourceKind::kLocalTarball;
}

Error unknown_age(const LockedPackage& package, Network network) {
  std::string why = package.source.kind != SourceKind::kRegistry ? "it comes from no registry"
                    : network == Network::kOffline               ? "this is offline"
                                                                 : "the registry does not say";
  return input_error("policy-age-unknown",
                     "nobody knows when " + package_label(package) + " was published: " + why)
      .hinted("run once without --offline: the time is remembered in the store");
}

}  // namespace

Status check_ages(const Policy& policy, const Lockfile& lockfile,
                  std::span<const LockedPackage* const> packages, const FetchSettings& settings,
                  uint64_t now, Diagnostics& diagnostics) {
  if (policy.minimum_age_days == 0) return {};
  std::vector<PublishedVersion> asked;
  std::vector<const LockedPackage*> of_registries;
  PackageWays ways(lockfile);
  ErrorList errors;
  auto refuse = [&](const LockedPackage& package, Error error) {
    if (package.position.is_known()) error.position = package.position;
    error.notes.push_back(ways.note(package));
    errors.add(std::move(error));
  };
  for (const LockedPackage* package : packages) {
    if (!has_an_age(*package)) continue;
    if (package->source.kind != SourceKind::kRegistry) {
      refuse(*package, unknown_age(*package, settings.network));
      continue;
    }
    asked.push_back({package->name, package->version});
    of_registries.push_back(package);
  }
  auto times = TRY(publication_times(asked, settings));
  for (size_t i = 0; i < times.size(); ++i) {
    const LockedPackage& package = *of_registries[i];
    if (!times[i])
      refuse(package, unknown_age(package, settings.network));
    else if (*times[i] + policy.minimum_age_days * kDay > now)
      refuse(
          package,
          input_error("policy-age",
                      package_label(package) + " was published " +
                          std::to_string(now > *times[i] ? (now - *times[i]) / kDay : 0) +
                          " days ago; the policy wants " + std::to_string(policy.minimum_age_days))
              .hinted("wait, or use an earlier version"));
  }
  return errors.finish(diagnostics);
}

}  // namespace ingot
