#include "lockfile/proofs.h"

#include "base/digest.h"
#include "lockfile/cache_key.h"
#include "lockfile/error_list.h"

namespace ingot {
namespace {

constexpr size_t kMaxNotes = 10;

bool is_tarball(SourceKind kind) {
  return kind == SourceKind::kRegistry || kind == SourceKind::kRemoteTarball ||
         kind == SourceKind::kLocalTarball;
}

std::string label(const LockedPackage& package) {
  return package.name + (package.version.empty() ? "" : "@" + package.version);
}

bool is_sha512(std::string_view hex) {
  auto bytes = from_hex(hex);
  return bytes && bytes->size() == digest_size(DigestAlgorithm::kSha512);
}

bool is_proved_by_archive(const LockedPackage& package) {
  return package.integrity.empty() && package.archive_checksum &&
         parse_cache_key(package.archive_checksum->cache_key) &&
         is_sha512(package.archive_checksum->sha512);
}

Error unproved(const LockedPackage& package) {
  if (package.archive_checksum && !is_sha512(package.archive_checksum->sha512))
    return integrity_error("integrity-syntax", "the checksum of " + label(package) +
                                                   " is no SHA-512 in hexadecimal digits")
        .at(package.position);
  if (package.archive_checksum)
    return integrity_error("integrity-unknown-archive",
                           "the checksum of " + label(package) + " has the cache key \"" +
                               package.archive_checksum->cache_key +
                               "\", which is not known here, and proves nothing")
        .at(package.position)
        .hinted("lock it again with yarn 3 or 4");
  return integrity_error("integrity-missing", "nothing proves the bytes of " + label(package) +
                                                  " (" + package.install_path + ")")
      .at(package.position)
      .hinted(
          "'ingot verify --pin' writes digests of what is there now into ingot.lock.json; where "
          "they "
          "were lost from the lockfile, the package manager adds them when it locks anew");
}

void warn(const std::vector<const LockedPackage*>& packages, std::string code,
          const std::string& message, Diagnostics& diagnostics) {
  if (packages.empty()) return;
  Error warning = integrity_error(std::move(code), std::to_string(packages.size()) + message);
  warning.position = packages.front()->position;
  for (size_t i = 0; i < packages.size() && i < kMaxNotes; ++i)
    warning.notes.push_back(label(*packages[i]));
  if (packages.size() > kMaxNotes)
    warning.notes.push_back("and " + std::to_string(packages.size() - kMaxNotes) + " more");
  diagnostics.warning(std::move(warning));
}

}  // namespace

Status check_proofs(std::span<const LockedPackage* const> packages, UnverifiedPackages policy,
                    Diagnostics& diagnostics) {
  ErrorList errors;
  std::vector<const LockedPackage*> weak, git, missing;
  for (const LockedPackage* package : packages) {
    if (package->is_link()) continue;
    if (package->source.kind == SourceKind::kGit && package->integrity.empty())
      git.push_back(package);
    if (!is_tarball(package->source.kind)) continue;
    if (package->version.empty() && package->source.location.empty())
      errors.add(input_error("lockfile-version-missing",
                             package->install_path + " has neither version nor URL")
                     .at(package->position));
    else if (is_proved_by_archive(*package))
      continue;
    else if (package->integrity.empty() && policy == UnverifiedPackages::kRefuse)
      errors.add(unproved(*package));
    else if (package->integrity.empty())
      missing.push_back(package);
    else if (!package->integrity.is_strong())
      weak.push_back(package);
  }
  warn(weak, "integrity-weak", " packages are proved by sha1 only, which can be forged",
       diagnostics);
  warn(git, "integrity-git", " packages come from git and are pinned by commit only", diagnostics);
  warn(missing, "integrity-missing", " packages are used although nothing proves their bytes",
       diagnostics);
  return errors.finish(diagnostics);
}

}  // namespace ingot
