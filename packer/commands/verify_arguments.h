// What `ingot verify` was asked for; one half of it is about executables, the other about projects.
#pragma once

#include <string>

#include "packer/commands/byte_sources.h"
#include "packer/commands/setting_arguments.h"

namespace ingot {

struct VerifyArguments {
  std::string name;  // of an executable, or of a project's folder
  // For an executable only.
  std::string key;
  std::string provenance;
  // For a folder only.
  SettingArguments settings;
  SourceArguments sources;
  bool pin = false;
  bool installed = false;
};

// The project's half; the exit code to end with.
int verify_folder(const VerifyArguments& arguments, Console& console);

}  // namespace ingot
