#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/file_system.h"
#include "base/json_writer.h"
#include "packer/commands/command.h"
#include "packer/commands/extraction.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nThe tree is what npm would have installed: files, modes and links, without the bookkeeping "
    "of\n"
    "npm (node_modules/.package-lock.json). Each file is compared with what was sealed.\n"
    "\nExit code: 3 when a file is not as sealed; then nothing is written.";

struct ExtractArguments {
  std::string file;
  std::string folder;
};

int run(const ExtractArguments& arguments, Console& console) {
  auto executable = open_executable(console.absolute(arguments.file));
  if (!executable) return console.fail(executable.error());
  auto done = extract_tree(executable->sealed, normal_path(console.absolute(arguments.folder)));
  if (!done) return console.fail(done.error());
  if (!console.json) {
    console.write_result(fmt::format("{}  {}, {}{}\n", printable(arguments.folder),
                                     counted(done->files, "file"), megabytes(done->bytes),
                                     done->links > 0 ? ", " + counted(done->links, "link") : ""));
    return kExitDone;
  }
  JsonWriter json;
  json.open_object().member("ok", true).member("folder", arguments.folder);
  json.member("files", done->files).member("links", done->links).member("size", done->bytes);
  json.key("errors").open_array().close_array().key("warnings").open_array().close_array();
  console.write_result(json.close_object().finish());
  return kExitDone;
}

}  // namespace

void add_extract_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("extract", "Write the files of an executable to a folder");
  auto arguments = std::make_shared<ExtractArguments>();
  command->add_option("FILE", arguments->file, "An executable that ingot made")
      ->type_name("")
      ->required();
  command->add_option("DIR", arguments->folder, "A new or empty folder")->type_name("")->required();
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
