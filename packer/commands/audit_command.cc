#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "base/file_system.h"
#include "packer/audit/audit.h"
#include "packer/cast/closures.h"
#include "packer/cast/project.h"
#include "packer/commands/command.h"
#include "packer/commands/project_options.h"
#include "packer/commands/sealed_executable.h"
#include "packer/commands/setting_arguments.h"
#include "packer/report/text.h"
#include "packer/unpack/package.h"
#include "resolver/dependency_paths.h"
#include "templates/pins.h"

namespace ingot {
namespace {

constexpr std::string_view kSettings[] = {"target", "hoist"};
constexpr const char* kFooter =
    "\nDB is a local copy of an advisory database in the OSV format: a folder of JSON files, or "
    "the\nzip archive of them that databases export. Nothing is asked over the network. Of a "
    "project\nthe packages count that would be cast; \"audit\": { \"ignore\": { ID: reason } } in "
    "its\nconfiguration passes over an advisory.\n"
    "\nExit code: 1 when an advisory is about a package.";

struct AuditArguments {
  std::string name = ".";
  std::string database;
  SettingArguments settings;
};

// What is audited, and what is ignored.
struct Subject {
  std::string title;
  std::vector<AuditedPackage> packages;
  IgnoredAdvisories ignored;
};

std::string label_of(const std::string& name, const std::string& version) {
  return version.empty() ? name : name + "@" + version;
}

// `names`: name and version, by package; [0] is the project.
std::vector<AuditedPackage> audited(const DependencyEdges& edges,
                                    const std::vector<std::pair<std::string, std::string>>& names) {
  DependencyPaths paths(edges);
  std::vector<AuditedPackage> packages;
  for (uint32_t i = 1; i < names.size(); ++i) {
    AuditedPackage package{names[i].first, names[i].second, {}};
    for (uint32_t step : paths.to(i))
      package.path.push_back(label_of(names[step].first, names[step].second));
    packages.push_back(std::move(package));
  }
  return packages;
}

Result<Subject> of_executable(const std::string& path) {
  OpenExecutable executable = TRY(open_executable(path));
  const SealedManifest& manifest = executable.sealed.manifest;
  DependencyEdges edges;
  std::vector<std::pair<std::string, std::string>> names;
  for (const SealedPackage& package : manifest.packages) {
    edges.push_back(package.dependencies);
    names.emplace_back(package.name, package.version);
  }
  Subject subject{label_of(manifest.name, manifest.version), {}, {}};
  std::vector<AuditedPackage> packages = audited(edges, names);
  for (size_t i = 0; i < packages.size(); ++i)
    if (manifest.packages[i + 1].source != "link")
      subject.packages.push_back(std::move(packages[i]));
  return subject;
}

// The packages of all targets, each once.
Result<Subject> of_project(const AuditArguments& arguments, const std::string& folder,
                           const Console& console, Diagnostics& diagnostics) {
  SettingValues values = TRY(settings_of(folder, arguments.settings.values(), diagnostics));
  BuildOptions options = TRY(options_to_look(values, folder, true, console));
  options.allow_unverified = true;  // no byte of them is used
  Policy policy = TRY(read_policy(real_file_system(), folder, diagnostics));
  Project project = TRY(load_project(real_file_system(), folder, {options.hoist}, diagnostics));
  Diagnostics about_proofs;
  auto closures = TRY(find_closures(project.lockfile, options,
                                    {std::string(kDefaultNodeVersion), {}}, about_proofs));
  std::map<std::string, AuditedPackage> packages;  // by install path
  for (const PackageGraph& closure : closures) {
    DependencyEdges edges;
    std::vector<std::pair<std::string, std::string>> names;
    for (const PackageNode& node : closure.packages) {
      edges.emplace_back(node.dependencies.begin(), node.dependencies.end());
      names.emplace_back(node.package->name, node.package->version);
    }
    names[0] = {project.name(), project.manifest.version};
    std::vector<AuditedPackage> of_target = audited(edges, names);
    for (size_t i = 1; i < closure.packages.size(); ++i)
      if (!closure.packages[i].package->is_link())
        packages.emplace(closure.packages[i].package->install_path, std::move(of_target[i - 1]));
  }
  Subject subject{
      label_of(project.name(), project.manifest.version), {}, std::move(policy.ignored_advisories)};
  for (auto& [place, package] : packages) subject.packages.push_back(std::move(package));
  return subject;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::string as_text(const Subject& subject, const AuditReport& report) {
  std::string out =
      fmt::format("{}  {}\n", printable(subject.title),
                  report.findings.empty() ? "nothing is known against its packages"
                                          : counted(report.findings.size(), "finding"));
  out += row("looked at", counted(subject.packages.size(), "package") + ", " +
                              counted(report.advisories, "record"));
  for (const AuditFinding& finding : report.ignored)
    out += row("ignored", fmt::format("{} of {}: {}", finding.advisory.id,
                                      label_of(finding.package.name, finding.package.version),
                                      finding.reason));
  for (const std::string& id : report.unused)
    out += row("", id + " is to be ignored, but is not about any of them");
  for (const AuditFinding& finding : report.findings) {
    out += fmt::format("\n{}  {}  {}\n", printable(finding.advisory.id),
                       printable(finding.advisory.severity.empty() ? "severity unknown"
                                                                   : finding.advisory.severity),
                       printable(label_of(finding.package.name, finding.package.version)));
    if (!finding.advisory.summary.empty()) out += row("says", finding.advisory.summary);
    if (!finding.advisory.aliases.empty())
      out += row("also", joined(finding.advisory.aliases, ", "));
    out += row("fixed in", finding.fixed.empty() ? "no version" : finding.fixed);
    out += row("because", joined(finding.package.path, " > "));
  }
  return out;
}

void write_findings(const std::vector<AuditFinding>& findings, JsonWriter& json) {
  json.open_array();
  for (const AuditFinding& finding : findings) {
    json.open_object().member("id", finding.advisory.id).key("aliases").open_array();
    for (const std::string& alias : finding.advisory.aliases) json.value(alias);
    json.close_array().text_or_null("severity", finding.advisory.severity);
    json.text_or_null("summary", finding.advisory.summary);
    json.member("package", finding.package.name).member("version", finding.package.version);
    json.text_or_null("fixed", finding.fixed).key("path").open_array();
    for (const std::string& step : finding.package.path) json.value(step);
    json.close_array().text_or_null("reason", finding.reason).close_object();
  }
  json.close_array();
}

std::string as_json(const Subject& subject, const AuditReport& report,
                    const std::vector<Error>& warnings) {
  JsonWriter json;
  json.open_object().member("ok", report.findings.empty()).member("subject", subject.title);
  json.member("packages", subject.packages.size()).member("advisories", report.advisories);
  json.member("withdrawn", report.withdrawn).key("findings");
  write_findings(report.findings, json);
  json.key("ignored");
  write_findings(report.ignored, json);
  json.key("unused").open_array();
  for (const std::string& id : report.unused) json.value(id);
  json.close_array().key("errors").open_array().close_array().key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

int run(const AuditArguments& arguments, Console& console) {
  std::string path = console.absolute(arguments.name);
  bool is_project = real_file_system().is_directory(path);
  if (is_project) console.base_folder = path;
  Diagnostics diagnostics;
  auto subject =
      is_project ? of_project(arguments, path, console, diagnostics) : of_executable(path);
  if (!subject) return console.fail(subject.error(), diagnostics);
  auto report = audit_packages(subject->packages, console.absolute(arguments.database),
                               subject->ignored, diagnostics);
  if (!report) return console.fail(report.error(), diagnostics);
  std::vector<Error> warnings = without_repeats(diagnostics.warnings());
  console.warn(warnings);
  console.write_result(console.json ? as_json(*subject, *report, warnings)
                                    : as_text(*subject, *report));
  return report->findings.empty() ? kExitDone : kExitInput;
}

}  // namespace

void add_audit_command(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("audit", "Compare packages with a database of known advisories");
  auto arguments = std::make_shared<AuditArguments>();
  command->add_option("PATH", arguments->name, "An executable, or a project; else this folder")
      ->type_name("");
  command->add_option("--db", arguments->database, "A local database in the OSV format")
      ->type_name("DB")
      ->required();
  arguments->settings.add_some(*command, kSettings, "Of a project, as for 'ingot build'");
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
