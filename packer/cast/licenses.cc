#include "packer/cast/licenses.h"

#include "base/json.h"
#include "lockfile/error_list.h"

namespace ingot {
namespace {

constexpr size_t kMaxLicense = 1024;  // longer texts are no names of licences

// One licence: its name, or an object with it.
std::string one_license(JsonCursor value) {
  if (value.is_string()) return std::string(value.text());
  auto name = value.find_text("type");
  return std::string(name.value_or(value.find_text("name").value_or("")));
}

std::string license_in(JsonCursor value) {
  if (!value.is_array()) return one_license(value);
  std::string all;
  size_t count = 0;
  for (JsonCursor element : value) {
    std::string name = one_license(element);
    if (name.empty()) continue;
    all += (count++ == 0 ? "" : " OR ") + name;
  }
  return count > 1 ? "(" + all + ")" : all;
}

// The project's own code: its author knows its licence.
bool is_own(const SealedPackage& package) {
  return package.source == "project" || package.source == "directory" || package.source == "link";
}

}  // namespace

std::string license_of(std::string package_json) {
  auto document =
      JsonDocument::parse(std::move(package_json), "package.json", JsonSyntax::kLastKeyWins);
  if (!document) return "";
  for (const char* key : {"license", "licence", "licenses"}) {
    auto member = document->root().find(key);
    if (!member) continue;
    std::string text = license_in(*member);
    if (!text.empty() && text.size() <= kMaxLicense) return text;
  }
  return "";
}

std::vector<std::string> declared_licenses(const FileTree& tree, const PackageGraph& graph) {
  std::vector<std::string> licenses(graph.packages.size());
  for (size_t i = 0; i < licenses.size(); ++i) {
    const LockedPackage& package = *graph.packages[i].package;
    if (package.is_link()) continue;
    std::string folder = package.install_path.empty() ? "" : package.install_path + "/";
    if (const FileNode* manifest = tree.find(folder + "package.json"))
      licenses[i] = license_of(std::string(manifest->content.text()));
  }
  return licenses;
}

Status check_licenses(const std::vector<SealedPackage>& packages, const LicensePolicy& policy,
                      Diagnostics& diagnostics) {
  if (policy.accepts_all()) return {};
  ErrorList errors;
  for (const SealedPackage& package : packages) {
    DeclaredLicense license = declared_license(package.license);
    if (is_own(package) || accepts(policy, license)) continue;
    errors.add(input_error("license-refused", package.name + "@" + package.version + " has " +
                                                  license_phrase(license) +
                                                  ", which is not accepted")
                   .note("it is at " + package.path)
                   .hinted("what is accepted is said with --allow-license and --deny-license (for "
                           "'ingot licenses' --allow and --deny), or in the configuration"));
  }
  return errors.finish(diagnostics);
}

}  // namespace ingot
