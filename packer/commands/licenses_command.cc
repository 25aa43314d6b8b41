#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/atomic_file.h"
#include "packer/cast/licenses.h"
#include "packer/cast/notices.h"
#include "packer/commands/command.h"
#include "packer/commands/materials.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr size_t kLicenseWidth = 24;
constexpr size_t kTextWidth = 100;

constexpr const char* kFooter =
    "\nEXPR is a licence of the SPDX list, or several joined by OR; NOASSERTION stands for what a\n"
    "package says that is no SPDX expression, or for nothing. A package that offers a choice is\n"
    "accepted when one of its choices is. Of a project, what 'ingot build' is configured to "
    "accept\n"
    "counts where nothing is said here.\n"
    "\nWhoever hands out an executable hands out all that is inside: the file of -o has the texts\n"
    "that go with it, each once, with those of Node.js.\n"
    "\nExamples:\n"
    "  ingot licenses                       of the project here, by licence\n"
    "  ingot licenses app.bin -o NOTICES    all texts of an executable\n"
    "  ingot licenses --deny GPL-2.0-or-later --deny NOASSERTION\n"
    "\nExit code: 1 when a package's licence is not accepted.";

struct LicensesArguments {
  MaterialsArguments materials;
  std::vector<std::string> allowed;
  std::vector<std::string> denied;
  std::string output;
};

bool is_listed(const SealedPackage& package) {
  return !package.path.empty() && package.source != "link";
}

std::string label(const SealedPackage& package) {
  return package.name + "@" + package.version;
}

// The most frequent first.
std::string as_text(const SealedManifest& manifest) {
  std::map<std::string, std::vector<std::string>> by_license;
  size_t packages = 0;
  for (const SealedPackage& package : manifest.packages) {
    if (!is_listed(package)) continue;
    auto& names = by_license[license_phrase(declared_license(package.license))];
    if (std::ranges::find(names, label(package)) != names.end()) continue;
    names.push_back(label(package));
    ++packages;
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> sorted(by_license.begin(),
                                                                       by_license.end());
  std::ranges::stable_sort(sorted, std::greater<>(),
                           [](const auto& license) { return license.second.size(); });
  std::string out =
      printable(fmt::format("{} {}  {}, {}", manifest.name, manifest.version,
                            counted(packages, "package"), counted(sorted.size(), "licence")));
  out += "\n";
  for (const auto& [license, names] : sorted) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    out += fmt::format("  {:<{}} {:>4}  {}\n", printable(license), kLicenseWidth, names.size(),
                       wrapped(printable(list), kTextWidth, kLicenseWidth + 9));
  }
  return out + fmt::format("  {:<{}} {:>4}  Node.js {} and its parts\n", "MIT and others",
                           kLicenseWidth, 1, printable(manifest.node_version));
}

std::string as_json(const SealedManifest& manifest, const std::string& output,
                    const std::vector<Error>& warnings) {
  std::vector<std::vector<size_t>> files = license_files(manifest);
  JsonWriter json;
  json.open_object().member("ok", true).member("name", manifest.name);
  json.member("version", manifest.version).text_or_null("output", output);
  json.key("packages").open_array();
  for (size_t i = 0; i < manifest.packages.size(); ++i) {
    const SealedPackage& package = manifest.packages[i];
    if (!is_listed(package)) continue;
    DeclaredLicense license = declared_license(package.license);
    json.open_object().member("name", package.name).member("version", package.version);
    json.member("path", package.path).text_or_null("declared", package.license);
    json.text_or_null("expression", license.expression ? license_text(*license.expression) : "");
    json.key("files").open_array();
    for (size_t file : files[i]) json.value(manifest.files[file].path);
    json.close_array().close_object();
  }
  json.close_array().key("errors").open_array().close_array().key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

Status write_texts(const OpenMaterials& materials, const LicensesArguments& arguments,
                   const Console& console, Diagnostics& diagnostics) {
  std::string node = TRY(node_license_text(materials.manifest.node_version, arguments.materials,
                                           console, diagnostics));
  std::string notices = TRY(write_notices(materials.manifest, node, materials.read));
  return write_file_atomically(console.absolute(arguments.output), std::string_view(notices));
}

Status check(const OpenMaterials& materials, const LicensesArguments& arguments,
             Diagnostics& diagnostics) {
  LicensePolicy policy = materials.policy;
  if (!arguments.allowed.empty() || !arguments.denied.empty())
    policy = TRY(read_license_policy(arguments.allowed, arguments.denied));
  return check_licenses(materials.manifest.packages, policy, diagnostics);
}

int run(const LicensesArguments& arguments, Console& console) {
  Diagnostics diagnostics;
  if (real_file_system().is_directory(console.absolute(arguments.materials.path)))
    console.base_folder = console.absolute(arguments.materials.path);
  for (const std::vector<std::string>* words : {&arguments.allowed, &arguments.denied})
    if (auto policy = read_license_policy(*words, {}); !policy) {
      policy.error().kind = ErrorKind::kUsage;
      return console.fail(policy.error());
    }
  auto materials = open_materials(arguments.materials, console, diagnostics);
  if (!materials) return console.fail(materials.error(), diagnostics);
  Status accepted = check(*materials, arguments, diagnostics);
  if (!accepted) {
    if (!console.json) console.write_result(as_text(materials->manifest));
    return console.fail(accepted.error(), diagnostics);
  }
  if (!arguments.output.empty())
    if (Status written = write_texts(*materials, arguments, console, diagnostics); !written)
      return console.fail(written.error(), diagnostics);
  std::vector<Error> warnings = without_repeats(diagnostics.warnings());
  console.warn(warnings);
  std::string output = arguments.output.empty() ? "" : console.absolute(arguments.output);
  console.write_result(console.json ? as_json(materials->manifest, output, warnings)
                                    : as_text(materials->manifest));
  return kExitDone;
}

}  // namespace

void add_licenses_command(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("licenses", "Show the packages' licences, and collect their texts");
  auto arguments = std::make_shared<LicensesArguments>();
  add_materials_arguments(*command, arguments->materials);
  command->add_option("--allow", arguments->allowed, "These licences, no others; repeatable")
      ->type_name("EXPR")
      ->expected(1)
      ->take_all();
  command->add_option("--deny", arguments->denied, "Not these licences; repeatable")
      ->type_name("EXPR")
      ->expected(1)
      ->take_all();
  command->add_option("-o,--output", arguments->output, "A file for all texts and notices")
      ->type_name("FILE");
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
