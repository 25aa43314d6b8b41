// Runs a program and waits for it, by libuv.
//
// Owns child processes: no shell, no inherited environment; standard input and output are files or
// nothing. What the program prints on its error stream is captured, up to a cap, for messages.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ingot {

struct ProcessOutcome {
  int64_t exit_code = 0;
  int signal = 0;
  std::string error_output;  // at most 64 KiB
};

// Paths; "": nothing is read, and what is printed is lost.
struct ProcessFiles {
  std::string input;
  std::string output;  // made anew
};

// `arguments[0]` is the program's path, or a name that is looked for in PATH. `environment`:
// "NAME=value" items, all that it gets. Error: "process-not-started".
Result<ProcessOutcome> run_process(const std::vector<std::string>& arguments,
                                   const std::vector<std::string>& environment,
                                   const ProcessFiles& files = {});

}  // namespace ingot
