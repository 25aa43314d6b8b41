#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <map>

#include "base/file_system.h"
#include "packer/cast/build.h"
#include "packer/cast/configuration.h"
#include "packer/commands/command.h"
#include "packer/report/build_report.h"
#include "packer/report/progress.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nIn FILE, {name} {version} {target} {os} {arch} {ext} stand for what they say. "
    "Patterns are those of \"files\" in package.json, relative to the project. What is under the "
    "headings\n\"What it ...\" and -o can stand in package.json below \"ingot\", or in ingot.json; "
    "flags win.\n"
    "\nExamples:\n"
    "  ingot build                          the project in this folder -> dist/\n"
    "  ingot build app -o app.bin           the project in app/ -> app.bin\n"
    "  ingot build --bin eslint -o eslint   a dependency's command\n"
    "  ingot build --entry tools/run.js     another file than package.json says\n"
    "  ingot build --include 'assets/**'    files that \"files\" leaves out\n"
    "  ingot build --target all             one executable for each platform\n"
    "  ingot build --offline                only what is in the store and in npm's cache";

// The command line as it was typed.
struct BuildArguments {
  std::string project = ".";
  std::string store;
  bool offline = false;
  bool verbose = false;
  // The settings of packer/cast/settings.h, by flag.
  std::map<std::string_view, std::vector<std::string>> texts;
  std::map<std::string_view, bool> switches;
  std::map<std::string_view, const CLI::Option*> given;

  SettingValues values() const {
    SettingValues values;
    for (const auto& [flag, option] : given) {
      if (option->count() == 0) continue;
      auto text = texts.find(flag);
      values[flag].words = text != texts.end() ? text->second
                           : switches.at(flag) ? std::vector<std::string>{"true"}
                                               : std::vector<std::string>{"false"};
    }
    return values;
  }
};

Result<BuildOptions> read_options(const BuildArguments& arguments, const Console& console,
                                  Diagnostics& diagnostics) {
  std::string project = console.absolute(arguments.project);
  SettingValues configured = TRY(read_configuration(real_file_system(), project, diagnostics));
  BuildOptions options = TRY(options_of(merge_settings(std::move(configured), arguments.values()),
                                        project, console.current_folder));
  options.offline = arguments.offline;
  settle_strictness(console.environment, options, diagnostics);
  return options;
}

int run(const BuildArguments& arguments, Console& console) {
  auto started = std::chrono::steady_clock::now();
  console.base_folder = console.absolute(arguments.project);
  Diagnostics diagnostics;
  auto options = read_options(arguments, console, diagnostics);
  if (!options) return console.fail(options.error(), diagnostics);
  auto store_folder = arguments.store.empty() ? default_store_folder(console.environment)
                                              : console.absolute(arguments.store);
  if (!store_folder) return console.fail(store_folder.error());

  Store store(*store_folder);
  ProgressReporter progress(progress_style(console, arguments.verbose), console.err.width,
                            [&](std::string_view text) { console.write_note(text); });
  auto summary = build(*options, {store, console.environment, progress}, diagnostics);
  progress.clear();
  if (!summary) return console.fail(summary.error(), diagnostics);
  if (diagnostics.has_errors()) {
    Findings findings{diagnostics.errors(), diagnostics.warnings()};
    return console.fail(findings);
  }

  double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::vector<Error> warnings = without_repeats(diagnostics.warnings());
  console.warn(warnings);
  console.write_result(console.json ? success_json(*summary, seconds, warnings)
                                    : render(*summary, seconds, console.current_folder));
  return kExitDone;
}

void add_setting(const Setting& setting, CLI::App& command, BuildArguments& arguments) {
  std::string name = "--" + std::string(setting.flag);
  if (setting.flag == "output") name = "-o," + name;
  std::string help(setting.help);
  CLI::Option* option = nullptr;
  if (setting.kind == SettingKind::kSwitch) {
    option = command.add_flag(name, arguments.switches[setting.flag], help);
  } else {
    option = command.add_option(name, arguments.texts[setting.flag], help);
    option->type_name(std::string(setting.value))->expected(1);
    if (setting.kind == SettingKind::kList) option->take_all();
  }
  if (!setting.group.empty()) option->group(std::string(setting.group));
  arguments.given[setting.flag] = option;
}

}  // namespace

ProgressStyle progress_style(const Console& console, bool verbose) {
  if (console.json) return ProgressStyle::kNone;
  if (verbose) return ProgressStyle::kLines;
  return console.err.interactive ? ProgressStyle::kOneLine : ProgressStyle::kNone;
}

void add_build_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("build", "Cast a project into an executable");
  auto arguments = std::make_shared<BuildArguments>();
  command->add_option("DIR", arguments->project, "The project's folder; else this one")
      ->type_name("");
  for (const Setting& setting : build_settings()) add_setting(setting, *command, *arguments);

  const char* bytes = "Where bytes come from";
  command->add_option("--store", arguments->store, "ingot's store; else $INGOT_STORE")
      ->type_name("DIR")
      ->group(bytes);
  command->add_flag("--offline", arguments->offline, "Never use the network")->group(bytes);

  const char* output = "What is said";
  command->add_flag("--json", line.console.json, "One JSON object, for programs")->group(output);
  command->add_flag("-v,--verbose", arguments->verbose, "A line for each stage")->group(output);
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
