// What a project demands of its packages beyond their proofs.
//
// Owns reading it from the configuration, and the checks that need no more than the lockfile and
// npm's configuration. How old a version is only a registry knows: packer/cast/package_age.h. What
// breaks a policy is refused, development packages only by `ingot verify DIR`.
//
//   "policy": {
//     "registries": [ URL, ... ],     ; tarballs come from below one of these addresses
//     "noSha1": true,                 ; sha1 is no proof
//     "minimumAgeDays": number,       ; versions were published at least so long ago
//     "noInstallScripts": true,       ; no package has one, whether it would be run or not
//     "noGit": true,
//     "deny": [ NAME or NAME@RANGE, ... ] }      ; RANGE: npm's, prereleases included
//   "audit": { "ignore": { ID: reason, ... } }   ; advisories that 'ingot audit' passes over
//
// Errors: "config-value", "config-key-unknown"; of a package, each with the way to it:
// "policy-registry", "policy-sha1", "policy-install-script", "policy-git", "policy-denied".
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "lockfile/error_list.h"
#include "lockfile/lockfile.h"
#include "lockfile/semver.h"
#include "packer/acquire/npm_config.h"
#include "packer/acquire/url.h"

namespace ingot {

struct DeniedPackage {
  std::string text;  // as written
  std::string name;
  VersionRange range;
};

struct Policy {
  std::vector<Url> registries;  // none: any
  bool no_sha1 = false;
  uint64_t minimum_age_days = 0;
  bool no_install_scripts = false;
  bool no_git = false;
  std::vector<DeniedPackage> denied;
  std::map<std::string, std::string> ignored_advisories;  // id -> reason
};

// `project` as for read_configuration. Nothing said is a policy that allows everything.
Result<Policy> read_policy(const FileSystem& files, const std::string& project,
                           Diagnostics& diagnostics);

// "it is there by way of app > alpha@1.0.0"; for the notes of an error.
class PackageWays {
 public:
  explicit PackageWays(const Lockfile& lockfile);
  std::string note(const LockedPackage& package) const;

 private:
  const Lockfile& lockfile_;
  std::vector<std::string> names_;
  std::vector<std::vector<uint32_t>> paths_;
};

// Whether the packages are as the policy demands; each one that is not is an error.
Status check_policy(const Policy& policy, const Lockfile& lockfile,
                    std::span<const LockedPackage* const> packages, const NpmConfig& config,
                    Diagnostics& diagnostics);

// The error for a package with an install script; lockfiles do not always mention it.
Error install_script_error(const PackageWays& ways, const LockedPackage& package);

}  // namespace ingot
