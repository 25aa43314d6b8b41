// The program: from its arguments to its exit code.
//
// Owns reading the command line and saying what is wrong with it (exit 2, with a suggestion), the
// texts of --help and --version, and the last stand against surprises: whatever escapes as an
// exception is a bug of ours (exit 70).
#pragma once

#include "packer/commands/console.h"

namespace ingot {

int run_command_line(int argc, const char* const* argv, Console console);

}  // namespace ingot
