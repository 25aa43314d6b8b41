#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/mapped_file.h"
#include "packer/commands/command.h"
#include "packer/commands/verification.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nExit code: 0 when every byte is as sealed, 3 when one is not, 1 when FILE is no executable\n"
    "that ingot made.";

std::string as_text(const std::string& name, const Verification& found) {
  std::string out = fmt::format(
      "{}  {}\n", printable(name),
      found.problems.empty() ? "is what was sealed" : counted(found.problems.size(), "problem"));
  for (const Check& check : found.checks)
    out += fmt::format("  {:<13} {}\n", check.name, printable(check.detail));
  return out;
}

std::string as_json(const std::string& name, const Verification& found) {
  JsonWriter json;
  json.open_object().member("ok", found.problems.empty()).member("file", name);
  json.member("name", found.manifest.name).member("version", found.manifest.version);
  json.key("checks").open_array();
  for (const Check& check : found.checks)
    json.open_object().member("name", check.name).member("detail", check.detail).close_object();
  json.close_array().key("errors");
  write_json(found.problems, json);
  json.key("warnings").open_array().close_array();
  return json.close_object().finish();
}

int run(const std::string& name, Console& console) {
  auto file = MappedFile::open(console.absolute(name));
  if (!file) return console.fail(file.error());
  auto found = verify_executable(file->bytes());
  if (!found) {
    Error error = std::move(found.error());
    return console.fail(std::move(error).at({console.absolute(name), 0, 0}));
  }
  Findings findings{found->problems, {}};
  console.write_result(console.json ? as_json(name, *found) : as_text(name, *found));
  if (!found->problems.empty() && !console.json) return console.fail(findings);
  return exit_code(findings);
}

}  // namespace

void add_verify_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("verify", "Check every byte of an executable");
  auto name = std::make_shared<std::string>();
  command->add_option("FILE", *name, "An executable that ingot made")->type_name("")->required();
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback(
      [name, &line] { line.run = [name, &line] { return run(*name, line.console); }; });
}

}  // namespace ingot
