// Where a command's words go.
//
// Owns the two streams: results to the standard output, everything about the work itself to the
// standard error, and with --json one object on the standard output and nothing else. Turns an
// `Error` into text and an exit code; never decides what is an error.
#pragma once

#include <string>
#include <string_view>

#include "packer/acquire/environment.h"
#include "packer/report/diagnostics.h"
#include "packer/report/terminal.h"

namespace ingot {

inline constexpr int kExitDone = 0;
inline constexpr int kExitInput = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitIntegrity = 3;
inline constexpr int kExitBug = 70;

struct Console {
  Environment environment;
  std::string current_folder;  // absolute; "" when there is none
  Terminal out;
  Terminal err;
  bool json = false;
  // Prefixed to relative positions: errors of a project name its files as the project does.
  std::string base_folder;

  // Ends the process when the result cannot be written: by then nothing else is left to do.
  void write_result(std::string_view text) const;
  void write_note(std::string_view text) const;

  // Says what went wrong; the exit code to end with.
  int fail(const Error& failure, const Diagnostics& diagnostics = {}) const;
  int fail(Findings findings) const;
  // What did not stop the work. With --json it is part of the result instead.
  void warn(const std::vector<Error>& warnings) const;

  // An absolute path for a name that the user typed.
  std::string absolute(std::string_view name) const;
};

Console make_console();

}  // namespace ingot
