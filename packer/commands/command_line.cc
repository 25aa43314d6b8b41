#include "packer/commands/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/closest_word.h"
#include "packer/commands/command.h"
#include "packer/report/text.h"
#include "templates/pins.h"

namespace ingot {
namespace {

constexpr size_t kHelpColumn = 32;

constexpr const char* kFooter =
    "\nExamples:\n"
    "  ingot build                          the project in this folder -> dist/\n"
    "  ingot build app -o app.bin           the project in app/ -> app.bin\n"
    "  ingot inspect app.bin                what is inside, from whom\n"
    "  ingot verify app.bin                 whether it is still what was sealed\n"
    "\n'ingot COMMAND --help' tells more about a command.";

std::vector<std::string> words_of(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  return words;
}

// The innermost command that was named, whose help is the one to read.
const CLI::App& chosen(const CLI::App& app) {
  auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.front();
}

Error unexpected_word(const CLI::App& app, const std::string& word) {
  const CLI::App& command = chosen(app);
  bool option = word.starts_with('-');
  std::string where = &command == &app ? "ingot" : "ingot " + command.get_name();
  Error error =
      option ? usage_error("option-unknown", fmt::format("{} has no option {}", where, word))
      : &command == &app
          ? usage_error("command-unknown", "there is no command " + word)
          : usage_error("argument-unexpected", fmt::format("{} has no use for {}", where, word));
  std::string meant = closest_word(word.substr(0, word.find('=')), words_of(command));
  error.hint = meant.empty() ? fmt::format("see '{} --help'", where)
                             : fmt::format("did you mean {}? See '{} --help'", meant, where);
  return error;
}

Error usage_error_of(const CLI::App& app, const CLI::ParseError& failure) {
  std::vector<std::string> unexpected = chosen(app).remaining();
  if (unexpected.empty()) unexpected = app.remaining();
  if (!unexpected.empty()) return unexpected_word(app, unexpected.front());
  const CLI::App& command = chosen(app);
  return usage_error("usage", failure.what())
      .hinted(fmt::format("see 'ingot{}{} --help'", &command == &app ? "" : " ",
                          &command == &app ? "" : command.get_name()));
}

int parse_and_run(int argc, const char* const* argv, Console& console) {
  CLI::App app{"Casts an npm application into one native executable.", "ingot"};
  CommandLine line{console, {}};
  app.set_version_flag("-V,--version",
                       fmt::format("ingot {} (Node.js {})", INGOT_VERSION, kDefaultNodeVersion));
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  app.get_formatter()->column_width(kHelpColumn);
  add_build_command(app, line);
  add_fetch_command(app, line);
  add_why_command(app, line);
  add_inspect_command(app, line);
  add_verify_command(app, line);
  add_extract_command(app, line);
  add_audit_command(app, line);
  add_diff_command(app, line);
  add_sbom_command(app, line);
  add_licenses_command(app, line);
  add_sign_command(app, line);
  add_targets_command(app, line);

  // Wanted before the command line is understood, for what is wrong with the command line.
  console.json = std::any_of(argv + std::min(argc, 1), argv + argc,
                             [](const char* word) { return std::string_view(word) == "--json"; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    console.write_result(app.help());
    return kExitDone;
  } catch (const CLI::CallForVersion& version) {
    console.write_result(std::string(version.what()) + "\n");
    return kExitDone;
  } catch (const CLI::ParseError& failure) {
    return console.fail(usage_error_of(app, failure));
  }
  if (!line.run) {
    console.write_note(app.help());
    return kExitUsage;
  }
  return line.run();
}

}  // namespace

int run_command_line(int argc, const char* const* argv, Console console) {
  try {
    return parse_and_run(argc, argv, console);
  } catch (const std::bad_alloc&) {
    return console.fail(input_error("memory-exhausted", "there is not enough memory")
                            .hinted("close other programs, or use a larger machine"));
  } catch (const std::exception& surprise) {
    console.write_note(fmt::format("ingot: internal error: {}\n", printable(surprise.what())));
    return kExitBug;
  }
}

}  // namespace ingot
