#include "packer/report/package_report.h"

#include <fmt/format.h>

#include "packer/report/text.h"

namespace ingot {
namespace {

using Counts = std::vector<std::pair<std::string, size_t>>;

std::string list_of(const Counts& counts, std::string (*phrase)(std::string_view)) {
  std::string out;
  for (const auto& [name, count] : counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, phrase(name));
  return out;
}

std::string origin_phrase(std::string_view origin) {
  if (origin == "store") return "from ingot's store";
  if (origin == "tarballs") return "from the folder of tarballs";
  if (origin == "npm cache") return "from npm's cache";
  if (origin == "yarn cache") return "from yarn's cache";
  return fmt::format("from the {}", origin);
}

void write_counts(const Counts& counts, JsonWriter& json) {
  json.open_object();
  for (const auto& [name, count] : counts) json.member(name, count);
  json.close_object();
}

}  // namespace

std::string proof_phrase(std::string_view proof) {
  if (proof == "commit") return "by a git commit only";
  if (proof == "parent") return "inside another package's tarball";
  if (proof == "none") return "without a digest";
  if (proof == "yarn-archive") return "by the sha512 of yarn's archive";
  if (proof.starts_with("pinned-")) return fmt::format("by {} in ingot.lock.json", proof.substr(7));
  return fmt::format("by {}", proof);
}

std::string packages_phrase(const PackageCounts& counts) {
  std::string packages = counted(counts.packages, "package");
  return counts.proofs.empty() ? packages : packages + ": " + list_of(counts.proofs, proof_phrase);
}

std::string package_rows(const PackageCounts& counts) {
  std::string out = row("proved", packages_phrase(counts));
  if (!counts.origins.empty()) out += row("bytes", list_of(counts.origins, origin_phrase));
  if (counts.signatures > 0)
    out += row("signed", counted(counts.signatures, "package") + " by the registry");
  return out;
}

void write_packages(const PackageCounts& counts, JsonWriter& json) {
  json.key("proofs");
  write_counts(counts.proofs, json);
  json.key("origins");
  write_counts(counts.origins, json);
  json.member("signatures", counts.signatures);
}

}  // namespace ingot
