#include "packer/commands/project_options.h"

#include "packer/cast/configuration.h"
#include "packer/cast/policy.h"

namespace ingot {

Result<SettingValues> settings_of(const std::string& project, SettingValues typed,
                                  Diagnostics& diagnostics) {
  SettingValues configured = TRY(read_configuration(real_file_system(), project, diagnostics));
  return merge_settings(std::move(configured), std::move(typed));
}

Result<BuildOptions> options_to_look(const SettingValues& settings, const std::string& project,
                                     bool offline, const Console& console) {
  BuildOptions options = TRY(options_of(settings, project, console.current_folder));
  options.offline = offline;
  return options;
}

Result<BuildOptions> options_to_build(const SettingValues& settings, const std::string& project,
                                      bool offline, const Console& console,
                                      Diagnostics& diagnostics) {
  BuildOptions options = TRY(options_to_look(settings, project, offline, console));
  options.policy = TRY(read_policy(real_file_system(), project, diagnostics));
  settle_strictness(console.environment, options, diagnostics);
  return options;
}

}  // namespace ingot
