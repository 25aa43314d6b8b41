#include <CLI/CLI.hpp>

#include "packer/cast/build.h"
#include "packer/commands/byte_sources.h"
#include "packer/commands/command.h"
#include "packer/commands/project_options.h"
#include "packer/commands/sealed_executable.h"
#include "packer/report/progress.h"
#include "packer/report/why.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nFILE is a path in the project or below node_modules/, as in a stack trace, or the name of "
    "a\n"
    "package. Without EXECUTABLE it is about what 'ingot build' would put into one.\n"
    "\nExamples:\n"
    "  ingot why node_modules/ms/index.js   a file of what would be cast here\n"
    "  ingot why ms app.bin                 a package in an executable\n"
    "\nExit code: 1 when it is not inside; with the reason, where that is known.";

struct WhyArguments {
  std::string name;
  std::string executable;
  std::string project = ".";
  SourceArguments sources;
  std::vector<std::string> target;
};

Result<Provenance> of_executable(const std::string& path) {
  OpenExecutable executable = TRY(open_executable(path));
  return provenance_of(executable.sealed.manifest, executable.sealed.reader);
}

Result<Provenance> of_project(const WhyArguments& arguments, const Console& console,
                              Diagnostics& diagnostics) {
  std::string project = console.absolute(arguments.project);
  SettingValues typed;
  if (!arguments.target.empty()) typed["target"] = {arguments.target, {}};
  SettingValues values = TRY(settings_of(project, typed, diagnostics));
  BuildOptions options = TRY(options_to_look(values, project, arguments.sources.offline, console));
  ByteSources sources = TRY(open_sources(arguments.sources, console));
  ProgressReporter progress = progress_of(console);
  auto found =
      survey(options, {sources.store, console.environment, progress, sources.tarball_folder()},
             diagnostics);
  progress.clear();
  if (found && diagnostics.has_errors()) return fail(diagnostics.errors().front());
  return found;
}

// A path of the project, as its files are called.
std::string name_in_project(const WhyArguments& arguments, const Console& console) {
  std::string folder = console.absolute(arguments.project) + "/";
  return arguments.name.starts_with(folder) ? arguments.name.substr(folder.size()) : arguments.name;
}

int run(const WhyArguments& arguments, Console& console) {
  Diagnostics diagnostics;
  bool is_executable = !arguments.executable.empty();
  if (!is_executable) console.base_folder = console.absolute(arguments.project);
  auto provenance = is_executable ? of_executable(console.absolute(arguments.executable))
                                  : of_project(arguments, console, diagnostics);
  if (!provenance) return console.fail(provenance.error(), diagnostics);
  auto explanations = explain(*provenance, name_in_project(arguments, console));
  if (!explanations) return console.fail(explanations.error());
  console.write_result(console.json ? explanations_json(*provenance, *explanations)
                                    : render(*provenance, *explanations));
  return kExitDone;
}

}  // namespace

void add_why_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("why", "Say why a file or a package is inside");
  auto arguments = std::make_shared<WhyArguments>();
  command->add_option("FILE", arguments->name, "What it is about")->type_name("")->required();
  command->add_option("EXECUTABLE", arguments->executable, "An executable that ingot made")
      ->type_name("");
  command->add_option("-C", arguments->project, "The project's folder; else this one")
      ->type_name("DIR");
  command->add_option("--target", arguments->target, "As for 'ingot build'; the first counts")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  add_source_options(*command, arguments->sources, "Options");
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
