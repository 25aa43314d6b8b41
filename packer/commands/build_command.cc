#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/file_system.h"
#include "packer/cast/build.h"
#include "packer/cast/build_provenance.h"
#include "packer/commands/byte_sources.h"
#include "packer/commands/command.h"
#include "packer/commands/keys.h"
#include "packer/commands/project_options.h"
#include "packer/commands/setting_arguments.h"
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
    "  ingot build --offline                only what is on this machine";

// The command line as it was typed.
struct BuildArguments {
  std::string project = ".";
  SettingArguments settings;
  SourceArguments sources;
  std::string seal_key;
  std::string provenance;
  std::string provenance_key;
  std::string builder_id = std::string(kDefaultBuilder);
  std::string key_password_file;
  bool verbose = false;
};

// What a build was asked for, without where its files lie.
std::vector<std::pair<std::string, std::vector<std::string>>> parameters_of(
    const SettingValues& values) {
  std::vector<std::pair<std::string, std::vector<std::string>>> parameters;
  for (const Setting& setting : build_settings()) {
    auto found = values.find(setting.flag);
    bool is_path =
        setting.flag == "output" || setting.flag == "template" || setting.flag == "windows-icon";
    if (found != values.end() && !is_path)
      parameters.emplace_back(setting.key, found->second.words);
  }
  return parameters;
}

Result<ProvenanceOptions> read_provenance(const BuildArguments& arguments,
                                          const SettingValues& values, const BuildOptions& options,
                                          const Console& console) {
  if (arguments.provenance_key.empty() && !options.seal_key)
    return fail(usage_error("provenance-key-missing", "--provenance needs a key that signs it")
                    .hinted("name it with --provenance-key, or with --seal-key for both"));
  PrivateKey key =
      arguments.provenance_key.empty()
          ? *options.seal_key
          : TRY(read_private_key(arguments.provenance_key, arguments.key_password_file, console));
  ProvenanceOptions out{console.absolute(arguments.provenance),
                        std::move(key),
                        arguments.builder_id,
                        {},
                        parameters_of(values)};
  if (auto date = find_variable(console.environment, "SOURCE_DATE_EPOCH"))
    out.date = TRY(read_source_date(*date));
  return out;
}

Result<BuildOptions> read_options(const BuildArguments& arguments, const Console& console,
                                  std::optional<ProvenanceOptions>& provenance,
                                  Diagnostics& diagnostics) {
  std::string project = console.absolute(arguments.project);
  SettingValues values = TRY(settings_of(project, arguments.settings.values(), diagnostics));
  BuildOptions options =
      TRY(options_to_build(values, project, arguments.sources.offline, console, diagnostics));
  if (!arguments.seal_key.empty()) {
    options.seal_key =
        TRY(read_private_key(arguments.seal_key, arguments.key_password_file, console));
    options.key_files.push_back(console.absolute(arguments.seal_key));
  }
  if (!arguments.provenance_key.empty())
    options.key_files.push_back(console.absolute(arguments.provenance_key));
  if (!arguments.provenance.empty())
    provenance = TRY(read_provenance(arguments, values, options, console));
  return options;
}

int run(const BuildArguments& arguments, Console& console) {
  auto started = std::chrono::steady_clock::now();
  console.base_folder = console.absolute(arguments.project);
  Diagnostics diagnostics;
  std::optional<ProvenanceOptions> provenance;
  auto options = read_options(arguments, console, provenance, diagnostics);
  if (!options) return console.fail(options.error(), diagnostics);
  auto sources = open_sources(arguments.sources, console);
  if (!sources) return console.fail(sources.error());

  ProgressReporter progress = progress_of(console, arguments.verbose);
  const BuildEnvironment environment{sources->store, console.environment, progress,
                                     sources->tarball_folder()};
  auto summary = provenance ? build_with_provenance(*options, *provenance, environment, diagnostics)
                            : build(*options, environment, diagnostics);
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

}  // namespace

ProgressReporter progress_of(const Console& console, bool verbose) {
  ProgressStyle style = console.err.interactive ? ProgressStyle::kOneLine : ProgressStyle::kNone;
  if (verbose) style = ProgressStyle::kLines;
  if (console.json) style = ProgressStyle::kNone;
  return {style, console.err.width, [&](std::string_view text) { console.write_note(text); }};
}

void add_build_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("build", "Cast a project into an executable");
  auto arguments = std::make_shared<BuildArguments>();
  command->add_option("DIR", arguments->project, "The project's folder; else this one")
      ->type_name("");
  for (const Setting& setting : build_settings())
    arguments->settings.add(*command, setting, setting.group);

  add_source_options(*command, arguments->sources, "Where bytes come from");

  const char* vouch = "Who vouches for it";
  command->add_option("--seal-key", arguments->seal_key, "Signs what is sealed; a PEM file")
      ->type_name("KEY")
      ->group(vouch);
  command
      ->add_option("--provenance", arguments->provenance,
                   "A signed statement of what it was made of (in-toto, SLSA)")
      ->type_name("FILE")
      ->group(vouch);
  command
      ->add_option("--provenance-key", arguments->provenance_key, "Signs that; else --seal-key's")
      ->type_name("KEY")
      ->group(vouch);
  command->add_option("--builder-id", arguments->builder_id, "Who builds, in that statement; a URI")
      ->type_name("URI")
      ->group(vouch);
  command
      ->add_option("--key-password-file", arguments->key_password_file,
                   "Its first line opens KEY; else $INGOT_KEY_PASSWORD")
      ->type_name("FILE")
      ->group(vouch);

  const char* output = "What is said";
  command->add_flag("--json", line.console.json, "One JSON object, for programs")->group(output);
  command->add_flag("-v,--verbose", arguments->verbose, "A line for each stage")->group(output);
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
