// Settings of packer/cast/settings.h as flags of a command.
//
// Owns turning rows of that table into flags, and what was typed for them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "packer/cast/settings.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace ingot {

// Stays where it is while the command line is parsed.
class SettingArguments {
 public:
  // `group`: its heading in --help, in place of the table's.
  void add(CLI::App& command, const Setting& setting, std::string_view group);
  // Those of the table with these flags, under one heading.
  void add_some(CLI::App& command, std::span<const std::string_view> flags, std::string_view group);

  // Of the flags that were typed.
  SettingValues values() const;

 private:
  std::map<std::string_view, std::vector<std::string>> texts_;
  std::map<std::string_view, bool> switches_;
  std::map<std::string_view, std::string> levels_;
  std::map<std::string_view, const CLI::Option*> given_;
};

}  // namespace ingot
