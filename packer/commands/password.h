// Passwords that open keys: from a file's first line, or from a variable.
//
// Owns reading them and wiping them from memory afterwards. Never asks anybody, and never puts one
// into a message.
#pragma once

#include <string>

#include "base/result.h"
#include "packer/commands/console.h"

namespace ingot {

struct Password {
  std::string text;  // "" for none

  Password() = default;
  Password(Password&& other) noexcept : text(std::move(other.text)) {}
  ~Password();
};

// `file`: as the user typed it; "": none, the variable counts. Errors: those of FileSystem::read.
Result<Password> read_password(const std::string& file, std::string_view variable,
                               const Console& console);

}  // namespace ingot
