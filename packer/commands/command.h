// What the commands have in common: each adds itself to the command line and says what to do when
// it was chosen.
#pragma once

#include <functional>

#include "packer/commands/console.h"
#include "packer/report/progress.h"

namespace CLI {
class App;
}

namespace ingot {

struct CommandLine {
  Console& console;
  std::function<int()> run;  // set by the command that was chosen; returns the exit code
};

// How a command that takes long shows what it is doing. The console must outlive it.
ProgressReporter progress_of(const Console& console, bool verbose = false);

// ingot build: packer/cast/build.h from the command line.
void add_build_command(CLI::App& app, CommandLine& line);
// ingot fetch: what builds need, into the store.
void add_fetch_command(CLI::App& app, CommandLine& line);
// ingot why: why something is inside an executable, or would be.
void add_why_command(CLI::App& app, CommandLine& line);
// ingot inspect: what is inside an executable, as its sealed manifest says.
void add_inspect_command(CLI::App& app, CommandLine& line);
// ingot verify: whether an executable is still what was sealed, or a project's packages what is
// locked.
void add_verify_command(CLI::App& app, CommandLine& line);
// ingot audit: packer/audit/audit.h, for a project or an executable.
void add_audit_command(CLI::App& app, CommandLine& line);
// ingot extract: the files of an executable as a folder.
void add_extract_command(CLI::App& app, CommandLine& line);
// ingot sbom: a bill of materials of a project or an executable.
void add_sbom_command(CLI::App& app, CommandLine& line);
// ingot licenses: what licences the packages have, whether they are accepted, and their texts.
void add_licenses_command(CLI::App& app, CommandLine& line);
// ingot diff: what differs between two executables.
void add_diff_command(CLI::App& app, CommandLine& line);
// ingot sign: packer/executable/signing/sign.h from the command line.
void add_sign_command(CLI::App& app, CommandLine& line);
// ingot targets: what can be cast for, and who vouches for the runtimes.
void add_targets_command(CLI::App& app, CommandLine& line);

}  // namespace ingot
