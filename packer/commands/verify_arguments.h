// What `ingot verify` was asked for; one half of it is about executables, the other about projects.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "packer/commands/console.h"

namespace ingot {

struct VerifyArguments {
  std::string name;  // of an executable, or of a project's folder
  // For a folder only.
  std::vector<std::string> targets;
  std::string store;
  bool offline = false;
  bool pin = false;
  bool installed = false;
  bool allow_unverified = false;
  std::optional<bool> strict;
};

// The project's half; the exit code to end with.
int verify_folder(const VerifyArguments& arguments, Console& console);

}  // namespace ingot
