// Errors and warnings, as a person or a program reads them.
//
//   error[lockfile-drift]: package.json wants alpha ^2.0.0, the lockfile has 1.0.0
//     --> package-lock.json:12:5
//     note: ...
//     hint: run 'npm install', then build again
//
// Owns the format; never decides what is wrong and never writes anywhere.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"

namespace ingot {

struct DiagnosticStyle {
  bool colours = false;
  std::string base_folder;     // absolute: what relative positions are relative to; may be ""
  std::string current_folder;  // absolute: positions below it are shown relative to it
};

// Everything that a command has to say about a failure or besides a success.
struct Findings {
  std::vector<Error> errors;
  std::vector<Error> warnings;
};

// Gives each error without a hint the general one for its code, if there is one.
void advise(std::vector<Error>& errors);

// All errors of a failed stage, each once and with a hint: the one it returned and those it
// collected.
Findings findings_of(const Error& failure, const Diagnostics& diagnostics);

// Each once: what is wrong for several targets is found for each of them.
std::vector<Error> without_repeats(const std::vector<Error>& errors);

// The highest exit code of the errors; 0 without any.
int exit_code(const Findings& findings);

// Warnings first, so that what stopped the work stands last, where the eye is.
std::string render(const Findings& findings, const DiagnosticStyle& style);

// [{"code","message","file","line","column","notes":[],"hint"}]; null for what there is not.
void write_json(const std::vector<Error>& errors, JsonWriter& json);
// {"ok":false,"errors":[...],"warnings":[...]}
std::string failure_json(const Findings& findings);

}  // namespace ingot
