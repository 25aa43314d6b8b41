// What a project is configured to, with what was typed for a command in its place.
//
// Owns the order in which the two count, which is the same for all commands that ask what a build
// would do.
#pragma once

#include "packer/cast/settings.h"
#include "packer/commands/console.h"

namespace ingot {

// `project`: its folder. `typed`: what counts more than its configuration. Errors: those of
// packer/cast/configuration.h.
Result<SettingValues> settings_of(const std::string& project, SettingValues typed,
                                  Diagnostics& diagnostics);

// For looking only: what a build would refuse is not asked. Errors: those of options_of
// (packer/cast/settings.h).
Result<BuildOptions> options_to_look(const SettingValues& settings, const std::string& project,
                                     bool offline, const Console& console);

// As `ingot build` goes about it: with the project's policy, and as strict as the environment
// wants. Errors: as above, and those of packer/cast/policy.h.
Result<BuildOptions> options_to_build(const SettingValues& settings, const std::string& project,
                                      bool offline, const Console& console,
                                      Diagnostics& diagnostics);

}  // namespace ingot
