#include "packer/commands/setting_arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace ingot {

void SettingArguments::add(CLI::App& command, const Setting& setting, std::string_view group) {
  std::string name = "--" + std::string(setting.flag);
  if (setting.flag == "output") name = "-o," + name;
  std::string help(setting.help);
  CLI::Option* option = nullptr;
  if (setting.kind == SettingKind::kSwitch) {
    option = command.add_flag(name, switches_[setting.flag], help);
  } else if (setting.kind == SettingKind::kLevel) {
    std::string alone = choices_of(setting).front();
    option = command.add_flag(name + "{" + alone + "}", levels_[setting.flag], help);
    option->type_name(std::string(setting.value));
  } else {
    option = command.add_option(name, texts_[setting.flag], help);
    option->type_name(std::string(setting.value))->expected(1);
    if (setting.kind == SettingKind::kList) option->take_all();
  }
  if (!group.empty()) option->group(std::string(group));
  given_[setting.flag] = option;
}

void SettingArguments::add_some(CLI::App& command, std::span<const std::string_view> flags,
                                std::string_view group) {
  for (const Setting& setting : build_settings())
    if (std::ranges::find(flags, setting.flag) != flags.end()) add(command, setting, group);
}

SettingValues SettingArguments::values() const {
  SettingValues values;
  for (const auto& [flag, option] : given_) {
    if (option->count() == 0) continue;
    auto text = texts_.find(flag);
    auto level = levels_.find(flag);
    values[flag].words = text != texts_.end()     ? text->second
                         : level != levels_.end() ? std::vector<std::string>{level->second}
                         : switches_.at(flag)     ? std::vector<std::string>{"true"}
                                                  : std::vector<std::string>{"false"};
  }
  return values;
}

}  // namespace ingot
