#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file_system.h"
#include "packer/cast/fetch_project.h"
#include "packer/commands/byte_sources.h"
#include "packer/commands/command.h"
#include "packer/commands/project_options.h"
#include "packer/commands/setting_arguments.h"
#include "packer/report/package_report.h"
#include "packer/report/progress.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nAfterwards 'ingot build --offline' needs no network. Without --target, and \"targets\" in "
    "the\n"
    "configuration, everything for all targets is fetched that the project can be cast for.\n"
    "Development dependencies are not: no build needs them.";

constexpr std::string_view kSettings[] = {"target", "hoist",  "template",   "template-sha256",
                                          "strip",  "strict", "signatures", "allow-unverified"};

struct FetchArguments {
  std::string project = ".";
  SettingArguments settings;
  SourceArguments sources;
  bool verbose = false;
};

std::string as_text(const FetchSummary& summary) {
  std::string title = summary.version.empty() ? summary.name : summary.name + " " + summary.version;
  std::string out = fmt::format("{}  is in the store\n", printable(title));
  out += row("targets", fmt::format("{}", fmt::join(summary.targets, ", ")));
  return out + package_rows(summary);
}

std::string as_json(const FetchSummary& summary, const std::vector<Error>& warnings) {
  JsonWriter json;
  json.open_object().member("ok", true).member("name", summary.name);
  json.member("version", summary.version).key("targets").open_array();
  for (const std::string& target : summary.targets) json.value(target);
  json.close_array().member("packages", summary.packages);
  write_packages(summary, json);
  json.key("errors").open_array().close_array().key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

// The options, and whether it was said which targets they are for.
Result<std::pair<BuildOptions, FetchTargets>> read_options(const FetchArguments& arguments,
                                                           const Console& console,
                                                           Diagnostics& diagnostics) {
  std::string project = console.absolute(arguments.project);
  SettingValues values = TRY(settings_of(project, arguments.settings.values(), diagnostics));
  FetchTargets which = values.contains("target") ? FetchTargets::kAsked : FetchTargets::kPossible;
  if (which == FetchTargets::kPossible && !values.contains("template"))
    values["target"].words = {"all"};
  BuildOptions options =
      TRY(options_to_build(values, project, arguments.sources.offline, console, diagnostics));
  return std::pair{std::move(options), which};
}

int run(const FetchArguments& arguments, Console& console) {
  console.base_folder = console.absolute(arguments.project);
  Diagnostics diagnostics;
  auto options = read_options(arguments, console, diagnostics);
  if (!options) return console.fail(options.error(), diagnostics);
  auto sources = open_sources(arguments.sources, console);
  if (!sources) return console.fail(sources.error());

  ProgressReporter progress = progress_of(console, arguments.verbose);
  auto summary = fetch_project(
      options->first, options->second,
      {sources->store, console.environment, progress, sources->tarball_folder()}, diagnostics);
  progress.clear();
  if (!summary) return console.fail(summary.error(), diagnostics);
  std::vector<Error> warnings = without_repeats(diagnostics.warnings());
  console.warn(warnings);
  console.write_result(console.json ? as_json(*summary, warnings) : as_text(*summary));
  return kExitDone;
}

}  // namespace

void add_fetch_command(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("fetch", "Get all that a project's builds need into the store");
  auto arguments = std::make_shared<FetchArguments>();
  command->add_option("DIR", arguments->project, "The project's folder; else this one")
      ->type_name("");
  arguments->settings.add_some(*command, kSettings, "What is fetched, as for 'ingot build'");
  add_source_options(*command, arguments->sources, "Where bytes come from");
  const char* output = "What is said";
  command->add_flag("--json", line.console.json, "One JSON object, for programs")->group(output);
  command->add_flag("-v,--verbose", arguments->verbose, "A line for each stage")->group(output);
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
