#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/mapped_file.h"
#include "packer/commands/command.h"
#include "packer/commands/difference.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr int kExitEqual = 0;
constexpr int kExitDifferent = 1;
constexpr int kExitTrouble = 2;
constexpr size_t kMostLines = 20;  // of one kind

constexpr const char* kFooter =
    "\nBoth may be for any target. What differs is named: an option, the runtime, a package, a "
    "file, a\ncode cache, a record of the module table, a field of a header. Of each kind the "
    "first 20 are\nshown; --json and --all have all.\n"
    "\nExit code: 0 when the files are equal, 1 when they differ, 2 when that cannot be told.";

struct DiffArguments {
  std::string before;
  std::string after;
  bool all = false;
};

std::string line_of(const Difference& difference) {
  auto value = [](const std::string& text) { return text.empty() ? "nothing" : text; };
  return printable(fmt::format("{:<13} {}: {} -> {}", difference.kind, difference.name,
                               value(difference.before), value(difference.after)));
}

std::string as_text(const DiffArguments& arguments, const std::vector<Difference>& differences) {
  std::string out = printable(fmt::format("{} and {}  {}", arguments.before, arguments.after,
                                          differences.empty() ? "are equal" : "differ")) +
                    "\n";
  std::string kind;
  size_t count = 0;
  auto close = [&] {
    if (!arguments.all && count > kMostLines)
      out += fmt::format("  {:<13} and {} more\n", kind, count - kMostLines);
    count = 0;
  };
  for (const Difference& difference : differences) {
    if (difference.kind != kind) close();
    kind = difference.kind;
    if (++count <= kMostLines || arguments.all) out += "  " + line_of(difference) + "\n";
  }
  close();
  return out;
}

std::string as_json(const std::vector<Difference>& differences) {
  JsonWriter json;
  json.open_object().member("ok", true).member("equal", differences.empty());
  json.key("differences").open_array();
  for (const Difference& difference : differences) {
    json.open_object().member("kind", difference.kind).member("name", difference.name);
    json.text_or_null("before", difference.before).text_or_null("after", difference.after);
    json.close_object();
  }
  json.close_array().key("errors").open_array().close_array();
  json.key("warnings").open_array().close_array();
  return json.close_object().finish();
}

int trouble(Error error, const std::string& path, const Console& console) {
  if (!error.position) error = std::move(error).at({path, 0, 0});
  console.fail(error);
  return kExitTrouble;
}

int run(const DiffArguments& arguments, Console& console) {
  std::string before_path = console.absolute(arguments.before);
  std::string after_path = console.absolute(arguments.after);
  auto before = MappedFile::open(before_path), after = MappedFile::open(after_path);
  if (!before) return trouble(std::move(before.error()), before_path, console);
  if (!after) return trouble(std::move(after.error()), after_path, console);
  auto differences = find_differences(before->bytes(), after->bytes());
  if (!differences)
    return trouble(
        std::move(differences.error()).note("the files were " + before_path + " and " + after_path),
        before_path, console);
  console.write_result(console.json ? as_json(*differences) : as_text(arguments, *differences));
  return differences->empty() ? kExitEqual : kExitDifferent;
}

}  // namespace

void add_diff_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("diff", "Say what differs between two executables");
  auto arguments = std::make_shared<DiffArguments>();
  command->add_option("A", arguments->before, "An executable that ingot made")
      ->type_name("")
      ->required();
  command->add_option("B", arguments->after, "Another one")->type_name("")->required();
  command->add_flag("--all", arguments->all, "All differences, however many");
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
