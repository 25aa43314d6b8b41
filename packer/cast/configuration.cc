#include "packer/cast/configuration.h"

#include <algorithm>

#include "base/closest_word.h"
#include "lockfile/error_list.h"
#include "packer/cast/project.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxConfiguration = uint64_t{1} << 20;
constexpr const char* kFileName = "ingot.json";
constexpr std::string_view kNotSettings[] = {"$schema", "policy", "audit"};

const Setting* find_setting(std::string_view key) {
  for (const Setting& setting : build_settings())
    if (setting.key == key) return &setting;
  return nullptr;
}

Error unknown_key(JsonCursor member) {
  std::string key(member.key());
  std::vector<std::string> known;
  for (const Setting& setting : build_settings()) known.emplace_back(setting.key);
  // A flag's own name is close enough, however it differs from the key.
  std::string meant;
  for (const Setting& setting : build_settings())
    if (setting.flag == key) meant = setting.key;
  if (meant.empty()) meant = closest_word(key, known);
  std::string all;
  for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
  return input_error("config-key-unknown", "there is no setting \"" + key + "\"")
      .at(member.position())
      .hinted(meant.empty() ? "there are " + all : "did you mean \"" + meant + "\"?");
}

std::string expectation(const Setting& setting) {
  switch (setting.kind) {
    case SettingKind::kText:
    case SettingKind::kLevel:
      return "a string";
    case SettingKind::kList:
      return "a list of strings";
    case SettingKind::kSwitch:
      return "true or false";
  }
  return "";
}

// Nothing: the value is of another type.
std::optional<std::vector<std::string>> words_of(const Setting& setting, JsonCursor value) {
  std::vector<std::string> words;
  if (setting.kind == SettingKind::kSwitch) {
    if (value.kind() != JsonKind::kTrue && value.kind() != JsonKind::kFalse) return std::nullopt;
    words.push_back(value.is_true() ? "true" : "false");
  } else if (value.is_string()) {
    words.emplace_back(value.text());
  } else if (setting.kind == SettingKind::kList && value.is_array()) {
    for (JsonCursor element : value) {
      if (!element.is_string()) return std::nullopt;
      words.emplace_back(element.text());
    }
  } else {
    return std::nullopt;
  }
  return words;
}

Result<SettingValues> read_object(JsonCursor object, Diagnostics& diagnostics) {
  if (!object.is_object())
    return fail(input_error("config-value", "the configuration is not an object")
                    .at(object.position())
                    .hinted("its members are those of schema/ingot.schema.json"));
  SettingValues values;
  ErrorList errors;
  for (JsonCursor member : object) {
    if (std::ranges::find(kNotSettings, member.key()) != std::end(kNotSettings)) continue;
    const Setting* setting = find_setting(member.key());
    if (!setting) {
      errors.add(unknown_key(member));
      continue;
    }
    auto words = words_of(*setting, member);
    if (!words)
      errors.add(input_error("config-value", "\"" + std::string(setting->key) + "\" has to be " +
                                                 expectation(*setting))
                     .at(member.position())
                     .hinted("--" + std::string(setting->flag) +
                             " is the same on the command "
                             "line"));
    else
      values[setting->flag] = {std::move(*words), member.position()};
  }
  TRY(errors.finish(diagnostics));
  return values;
}

}  // namespace

Result<std::optional<Configuration>> find_configuration(const FileSystem& files,
                                                        const std::string& project) {
  std::optional<Configuration> in_manifest;
  if (auto text = files.read(join_path(project, "package.json"), kMaxManifest)) {
    auto manifest = JsonDocument::parse(std::move(*text), "package.json");
    auto member = manifest ? manifest->root().find("ingot") : std::nullopt;
    if (member) in_manifest = Configuration{std::move(*manifest), *member};
  }
  std::string path = join_path(project, kFileName);
  if (!files.status(path)) return in_manifest;
  if (in_manifest)
    return fail(input_error("config-twice",
                            "both ingot.json and \"ingot\" in package.json configure the build")
                    .at(in_manifest->object.position())
                    .hinted("move all settings into one of them"));
  std::string text = TRY(files.read(path, kMaxConfiguration));
  JsonDocument document =
      TRY(JsonDocument::parse(std::move(text), kFileName, JsonSyntax::kWithComments));
  JsonCursor root = document.root();
  return Configuration{std::move(document), root};
}

Result<SettingValues> read_configuration(const FileSystem& files, const std::string& project,
                                         Diagnostics& diagnostics) {
  auto configuration = TRY(find_configuration(files, project));
  if (!configuration) return SettingValues();
  return read_object(configuration->object, diagnostics);
}

}  // namespace ingot
