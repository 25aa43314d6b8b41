// Runs a program and waits for it, by libuv.
//
// Owns child processes: no shell, no inherited environment, no standard input. What the program
// prints on its error stream is captured, up to a cap, for messages.
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

// `arguments[0]` is the program's path. `environment`: "NAME=value" items, all that it gets.
// Error: "process-not-started".
Result<ProcessOutcome> run_process(const std::vector<std::string>& arguments,
                                   const std::vector<std::string>& environment);

}  // namespace ingot
