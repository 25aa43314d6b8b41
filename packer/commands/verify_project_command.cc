#include <fmt/format.h>

#include "base/file_system.h"
#include "packer/cast/verify_project.h"
#include "packer/commands/project_options.h"
#include "packer/commands/verify_arguments.h"
#include "packer/report/package_report.h"
#include "packer/report/progress.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr size_t kShownDifferences = 50;

std::string_view change_name(InstalledChange change) {
  switch (change) {
    case InstalledChange::kChanged:
      return "changed";
    case InstalledChange::kAdded:
      return "added";
    case InstalledChange::kMissing:
      return "missing";
  }
  return "";
}

std::string as_text(const ProjectCheck& check) {
  bool same = !check.installed || check.installed->differences.empty();
  std::string title = check.version.empty() ? check.name : check.name + " " + check.version;
  std::string out = fmt::format(
      "{}  {}\n", printable(title),
      same ? "every package is what the lockfile says" : "node_modules is not what is locked");
  out += row("lockfile", fmt::format("{}, version {}, in step with package.json",
                                     check.lockfile_name, check.lockfile_version));
  out += package_rows(check);
  for (const std::string& name : check.pinned) out += row("pinned", name);
  if (!check.installed) return out;
  const InstalledCheck& installed = *check.installed;
  out += row("installed", fmt::format("{}, {}: {}", counted(installed.packages, "package"),
                                      counted(installed.files, "file"),
                                      installed.differences.empty()
                                          ? "as in their tarballs"
                                          : counted(installed.differences.size(), "difference")));
  for (size_t i = 0; i < installed.differences.size() && i < kShownDifferences; ++i) {
    const InstalledDifference& difference = installed.differences[i];
    out += row(change_name(difference.change),
               difference.path + (difference.by_script    ? " (maybe by its install script)"
                                  : difference.by_manager ? " (maybe by the package manager itself)"
                                                          : ""));
  }
  if (installed.differences.size() > kShownDifferences)
    out += row("", fmt::format("and {} more: --json has all",
                               installed.differences.size() - kShownDifferences));
  return out;
}

std::string as_json(const ProjectCheck& check, const std::vector<Error>& warnings) {
  bool same = !check.installed || check.installed->differences.empty();
  JsonWriter json;
  json.open_object().member("ok", same).member("name", check.name);
  json.member("version", check.version).key("lockfile").open_object();
  json.member("name", check.lockfile_name).member("version", check.lockfile_version);
  json.close_object().member("packages", check.packages);
  write_packages(check, json);
  json.key("pinned").open_array();
  for (const std::string& name : check.pinned) json.value(name);
  json.close_array();
  if (check.installed) {
    json.key("installed").open_object().member("packages", check.installed->packages);
    json.member("files", check.installed->files).key("differences").open_array();
    for (const InstalledDifference& difference : check.installed->differences)
      json.open_object()
          .member("change", change_name(difference.change))
          .member("path", difference.path)
          .member("installScript", difference.by_script)
          .member("packageManager", difference.by_manager)
          .close_object();
    json.close_array().close_object();
  }
  json.key("errors").open_array().close_array().key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

Result<ProjectCheckOptions> read_options(const VerifyArguments& arguments, const Console& console,
                                         Diagnostics& diagnostics) {
  std::string project = console.absolute(arguments.name);
  SettingValues values = TRY(settings_of(project, arguments.settings.values(), diagnostics));
  ProjectCheckOptions options;
  options.build =
      TRY(options_to_build(values, project, arguments.sources.offline, console, diagnostics));
  options.pin = arguments.pin;
  options.installed = arguments.installed;
  return options;
}

}  // namespace

int verify_folder(const VerifyArguments& arguments, Console& console) {
  console.base_folder = console.absolute(arguments.name);
  Diagnostics diagnostics;
  auto options = read_options(arguments, console, diagnostics);
  if (!options) return console.fail(options.error(), diagnostics);
  auto sources = open_sources(arguments.sources, console);
  if (!sources) return console.fail(sources.error());

  bool shown = !console.json && console.err.interactive;
  ProgressReporter progress(shown ? ProgressStyle::kOneLine : ProgressStyle::kNone,
                            console.err.width,
                            [&](std::string_view text) { console.write_note(text); });
  auto check = verify_project(
      *options, {sources->store, console.environment, progress, sources->tarball_folder()},
      diagnostics);
  progress.clear();
  if (!check) return console.fail(check.error(), diagnostics);
  std::vector<Error> warnings = without_repeats(diagnostics.warnings());
  console.warn(warnings);
  console.write_result(console.json ? as_json(*check, warnings) : as_text(*check));
  return check->installed && !check->installed->differences.empty() ? kExitIntegrity : kExitDone;
}

}  // namespace ingot
