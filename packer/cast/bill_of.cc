#include "packer/cast/bill_of.h"

#include <algorithm>
#include <set>

#include "packer/bill/package_url.h"

namespace ingot {
namespace {

constexpr const char* kRuntimeLicense = "MIT";

// What a package depends on, in the numbers of the bill.
std::vector<uint32_t> dependencies_of(const SealedManifest& manifest, const SealedPackage& package,
                                      const std::vector<uint32_t>& numbers) {
  std::set<uint32_t> found;
  for (uint32_t dependency : package.dependencies) {
    const SealedPackage& other = manifest.packages[dependency];
    if (!other.is_link())
      found.insert(numbers[dependency]);
    else
      for (uint32_t target : other.dependencies)
        if (!manifest.packages[target].is_link()) found.insert(numbers[target]);
  }
  return {found.begin(), found.end()};
}

BillComponent component_of(const SealedPackage& package) {
  BillComponent out;
  out.path = package.path;
  out.name = package.name;
  out.version = package.version;
  if (!package.name.empty()) out.url = npm_package_url(package.name, package.version);
  out.license = declared_license(package.license);
  out.digest = package.digest;
  out.is_bundled = package.proof == "parent";
  out.patch = package.patch;
  out.patch_sha256 = package.patch_sha256;
  return out;
}

}  // namespace

Result<Bill> bill_of(const SealedManifest& manifest, std::string executable_sha256,
                     const Environment& environment) {
  Bill bill;
  bill.ingot_version = manifest.ingot_version;
  bill.target = manifest.target;
  bill.lockfile_name = manifest.lockfile_name;
  bill.lockfile_sha256 = manifest.lockfile_sha256;
  bill.executable_sha256 = std::move(executable_sha256);
  bill.runtime = {manifest.node_version, declared_license(kRuntimeLicense), manifest.node_sha256,
                  manifest.node_package, manifest.node_integrity};
  if (auto date = find_variable(environment, "SOURCE_DATE_EPOCH"); date && !date->empty())
    bill.created = TRY(read_source_date(*date));
  std::vector<uint32_t> numbers;
  for (const SealedPackage& package : manifest.packages) {
    numbers.push_back(static_cast<uint32_t>(bill.components.size()));
    if (!package.is_link()) bill.components.push_back(component_of(package));
  }
  if (bill.components.empty())
    return fail(input_error("manifest-malformed", "the manifest names no package"));
  for (size_t i = 0; i < manifest.packages.size(); ++i)
    if (!manifest.packages[i].is_link())
      bill.components[numbers[i]].dependencies =
          dependencies_of(manifest, manifest.packages[i], numbers);
  return bill;
}

std::string_view bill_format_name(BillFormat format) {
  return format == BillFormat::kCycloneDx ? "cyclonedx" : "spdx";
}

std::string_view bill_extension(BillFormat format) {
  return format == BillFormat::kCycloneDx ? ".cdx.json" : ".spdx.json";
}

std::optional<BillFormat> find_bill_format(std::string_view name) {
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx})
    if (name == bill_format_name(format)) return format;
  return std::nullopt;
}

}  // namespace ingot
