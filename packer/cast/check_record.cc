#include "packer/cast/check_record.h"

namespace ingot {
namespace {

constexpr std::string_view kDerivedKind = "check-record";
// Changes with what unpacking refuses and with what a record says.
constexpr std::string_view kRevision = "1\n";

bool is_decided_by_digest(const VerifiedTarball& tarball, const LockedPackage& package) {
  const Proof& proof = tarball.proof;
  return proof.digest && proof.archive.empty() && Integrity::of(*proof.digest).is_strong() &&
         package.source.kind != SourceKind::kGit && !package.patch;
}

// Of all that a record depends on.
std::string key_of(const PackageGraph& graph, std::span<const VerifiedTarball> tarballs) {
  std::string text(kRevision);
  for (const VerifiedTarball& tarball : tarballs) {
    const LockedPackage& package = *graph.packages[tarball.package].package;
    if (is_decided_by_digest(tarball, package))
      text += content_name(*tarball.proof.digest) + "\n" + package.name + "\n" + package.version;
    text += '\n';
  }
  return sha256_hex(std::string_view(text));
}

CheckedTarball verdict_of(char written) {
  for (CheckedTarball known : {CheckedTarball::kSound, CheckedTarball::kSoundWithInstallScript})
    if (written == static_cast<char>(known)) return known;
  return CheckedTarball::kUnknown;
}

}  // namespace

std::optional<std::vector<CheckedTarball>> find_check_record(
    const Store& store, const PackageGraph& graph, std::span<const VerifiedTarball> tarballs) {
  auto entry = store.find_derived(kDerivedKind, key_of(graph, tarballs));
  if (!entry || !*entry || (*entry)->content.size() != tarballs.size()) return std::nullopt;
  std::vector<CheckedTarball> checked;
  for (char verdict : (*entry)->content.text()) checked.push_back(verdict_of(verdict));
  return checked;
}

void keep_check_record(const Store& store, const PackageGraph& graph,
                       std::span<const VerifiedTarball> tarballs,
                       std::vector<CheckedTarball> checked) {
  std::string verdicts;
  for (size_t i = 0; i < tarballs.size(); ++i) {
    bool lasting = is_decided_by_digest(tarballs[i], *graph.packages[tarballs[i].package].package);
    verdicts += static_cast<char>(lasting ? checked[i] : CheckedTarball::kUnknown);
  }
  (void)store.put_derived(kDerivedKind, key_of(graph, tarballs), std::string_view(verdicts));
}

}  // namespace ingot
