// What can be asked of a build: one table of flags and configuration keys, and what they come to.
//
// Owns the table and the checks of its values. The command line makes its options from it
// (packer/commands/build_command.cc), the configuration takes its keys from it
// (packer/cast/configuration.h), and schema/ingot.schema.json and README.md are tested against it.
// What is about one machine or one run (--store, --offline, --json) is not in the table: those are
// flags only. Never reads a file.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "packer/acquire/environment.h"
#include "packer/cast/options.h"

namespace ingot {

enum class SettingKind {
  kText,    // one value: a string
  kList,    // a flag that may be repeated: a list of strings
  kSwitch,  // true or false
  kLevel,   // one of the choices: a string; a flag without a value is the first of them
};

struct Setting {
  std::string_view flag;  // "node-options", of --node-options
  std::string_view key;   // "nodeOptions"
  SettingKind kind;
  std::string_view value;  // what --help calls the value; "a|b|c": one of these
  std::string_view group;  // the heading in --help; "": none
  std::string_view help;
};

std::span<const Setting> build_settings();

// The words that --help shows as "a|b|c", one by one; none when any value will do.
std::vector<std::string> choices_of(const Setting& setting);

// What was said for one setting. A switch is "true" or "false".
struct SettingValue {
  std::vector<std::string> words;
  std::optional<Position> position;  // in the configuration; nothing: on the command line
};

// By flag. Views into the table.
using SettingValues = std::map<std::string_view, SettingValue>;

// Flags win over the configuration, whole lists over whole lists; --entry and --bin are about one
// thing, so either of them replaces both.
SettingValues merge_settings(SettingValues configured, SettingValues typed);

// Relative paths of the command line are those of `current_folder`, those of the configuration
// belong to the project, whose folder is `project`. Errors, of kind kUsage for the command line and
// kInput for the configuration: "entry-twice", "target-unknown", "choice-unknown",
// "template-digest-missing", "template-digest-malformed", "template-for-several",
// "windows-version-malformed", "windows-text-too-long", "compact-unsupported",
// "license-expression", "license-policy".
Result<BuildOptions> options_of(const SettingValues& values, const std::string& project,
                                const std::string& current_folder);

// Decides `strict` where nobody said it, and what follows: without proof nothing is used, whatever
// is allowed (a warning "strict-unverified").
void settle_strictness(const Environment& environment, BuildOptions& options,
                       Diagnostics& diagnostics);

}  // namespace ingot
