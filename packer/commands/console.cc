#include "packer/commands/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/file_system.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

bool put(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
         std::fflush(stream) == 0;
}

}  // namespace

void Console::write_result(std::string_view text) const {
  if (put(stdout, text)) return;
  // Whoever closes the pipe (head, less) has seen enough; anything else has to be said.
  if (errno != EPIPE)
    write_note(fmt::format("error[output-unwritable]: cannot write the result: {}\n",
                           std::strerror(errno)));
  std::_Exit(kExitInput);
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
