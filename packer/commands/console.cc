#include "packer/commands/console.h"

#include <unistd.h>

#include <cstdio>

#include "base/file_system.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

void Console::write_result(std::string_view text) const {
  put(stdout, text);
}

void Console::write_note(std::string_view text) const {
  put(stderr, text);
}

int Console::fail(const Error& failure, const Diagnostics& diagnostics) const {
  return fail(findings_of(failure, diagnostics));
}

int Console::fail(Findings findings) const {
  advise(findings.errors);
  if (json)
    write_result(failure_json(findings));
  else
    write_note(render(findings, {err.colours, base_folder, current_folder}));
  return exit_code(findings);
}

void Console::warn(const std::vector<Error>& warnings) const {
  if (!json) write_note(render({{}, warnings}, {err.colours, base_folder, current_folder}));
}

std::string Console::absolute(std::string_view name) const {
  return normal_path(join_path(current_folder, name));
}

Console make_console() {
  Console console;
  console.environment = process_environment();
  console.current_folder = current_folder();
  console.out = terminal_of(STDOUT_FILENO, console.environment);
  console.err = terminal_of(STDERR_FILENO, console.environment);
  return console;
}

}  // namespace ingot
