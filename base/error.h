// What went wrong, in a form a person can act on.
//
// Owns the vocabulary of failure for the whole program: an `Error` is something the user can
// understand and mend (a code, a message, a position, notes and a hint) and says which exit code it
// leads to. It never formats for the terminal (packer/report does) and never stands for a bug of
// ours: those go through `INGOT_CHECK`, which aborts with a location.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot {

// Decides the exit code of the process: see `exit_code`.
enum class ErrorKind {
  kInput,      // the project, a file or the environment is at fault: exit 1
  kUsage,      // the command line is at fault: exit 2
  kIntegrity,  // bytes are not the bytes that were promised: exit 3
};

// A place in a text file. Lines and columns count from 1; columns count bytes.
struct Position {
  std::string file;
  uint32_t line = 0;    // 0: the whole file
  uint32_t column = 0;  // 0: the whole line
};

struct Error {
  ErrorKind kind = ErrorKind::kInput;
  std::string code;  // stable, for programs: "lockfile-duplicate-key"
  std::string message;
  std::optional<Position> position;
  std::vector<std::string> notes;
  std::string hint;  // what to do about it; may be empty

  Error&& at(Position where) && {
    position = std::move(where);
    return std::move(*this);
  }
  Error&& note(std::string text) && {
    notes.push_back(std::move(text));
    return std::move(*this);
  }
  Error&& hinted(std::string text) && {
    hint = std::move(text);
    return std::move(*this);
  }
};

inline Error input_error(std::string code, std::string message) {
  return Error{ErrorKind::kInput, std::move(code), std::move(message), {}, {}, {}};
}
inline Error usage_error(std::string code, std::string message) {
  return Error{ErrorKind::kUsage, std::move(code), std::move(message), {}, {}, {}};
}
inline Error integrity_error(std::string code, std::string message) {
  return Error{ErrorKind::kIntegrity, std::move(code), std::move(message), {}, {}, {}};
}

// 1, 2 or 3.
int exit_code(ErrorKind kind);

// Collects errors and warnings up to a stage boundary, so that a person sees all that is wrong with
// a lockfile at once and not one thing per run. Warnings never fail a build.
class Diagnostics {
 public:
  void error(Error e) { errors_.push_back(std::move(e)); }
  void warning(Error e) { warnings_.push_back(std::move(e)); }

  bool has_errors() const { return !errors_.empty(); }
  const std::vector<Error>& errors() const { return errors_; }
  const std::vector<Error>& warnings() const { return warnings_; }

 private:
  std::vector<Error> errors_;
  std::vector<Error> warnings_;
};

[[noreturn]] void fail_check(const char* expression, const char* file, int line);

// An invariant of ours. A failure is a bug, never the user's fault: exit code 70.
#define INGOT_CHECK(expression) \
  ((expression) ? void(0) : ::ingot::fail_check(#expression, __FILE__, __LINE__))

}  // namespace ingot
