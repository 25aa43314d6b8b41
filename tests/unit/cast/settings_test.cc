#include "packer/cast/settings.h"

#include <catch2/catch.hpp>
#include <set>

#include "base/file_system.h"
#include "base/json.h"
#include "packer/cast/compact_template.h"
#include "packer/cast/configuration.h"

using namespace ingot;

namespace {

constexpr const char* kDigest = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

std::string read_source(const std::string& name) {
  auto text = real_file_system().read(INGOT_SOURCE_DIR "/" + name, 1 << 20);
  REQUIRE(text);
  return *text;
}

// The options that a package.json or an ingot.json of project /p leads to.
Result<BuildOptions> configured(const std::string& file, const std::string& text,
                                Diagnostics& diagnostics, SettingValues typed = {}) {
  MemoryFileSystem files;
  if (file != "package.json") files.add("/p/package.json", "{}");
  files.add("/p/" + file, text);
  SettingValues values = TRY(read_configuration(files, "/p", diagnostics));
  return options_of(merge_settings(std::move(values), std::move(typed)), "/p", "/here");
}

Result<BuildOptions> configured(const std::string& file, const std::string& text,
                                SettingValues typed = {}) {
  Diagnostics diagnostics;
  return configured(file, text, diagnostics, std::move(typed));
}

}  // namespace

TEST_CASE("the schema and the table of settings have the same keys, types and choices") {
  auto schema = JsonDocument::parse(read_source("schema/ingot.schema.json"), "schema");
  REQUIRE(schema);
  auto properties = schema->root().find("properties");
  REQUIRE(properties);
  CHECK(schema->root().find("additionalProperties")->kind() == JsonKind::kFalse);
  CHECK(properties->size() == build_settings().size() + 3);  // and "$schema", "policy", "audit"
  for (const Setting& setting : build_settings()) {
    CAPTURE(setting.key);
    auto property = properties->find(setting.key);
    REQUIRE(property);
    CHECK(property->find_text("description"));
    if (setting.kind == SettingKind::kList)
      CHECK(property->find_text("$ref") == "#/definitions/list");
    else
      CHECK(property->find_text("type") ==
            (setting.kind == SettingKind::kSwitch ? "boolean" : "string"));
    std::vector<std::string> choices;
    if (auto all = property->find("enum"))
      for (JsonCursor choice : *all) choices.emplace_back(choice.text());
    CHECK(choices == choices_of(setting));
  }
}

TEST_CASE("README names every flag and every key") {
  std::string readme = read_source("README.md");
  for (const Setting& setting : build_settings()) {
    CAPTURE(setting.flag);
    CHECK(readme.find("--" + std::string(setting.flag)) != std::string::npos);
    CHECK(readme.find("`" + std::string(setting.key) + "`") != std::string::npos);
  }
}

TEST_CASE("flags and keys are each given once") {
  std::set<std::string_view> flags, keys;
  for (const Setting& setting : build_settings()) {
    CHECK(flags.insert(setting.flag).second);
    CHECK(keys.insert(setting.key).second);
  }
}

TEST_CASE("package.json and ingot.json configure a build alike") {
  std::string settings = R"({"entry": "src/main.js", "output": "out/app", "include": "assets/**",
    "exclude": ["a", "b"], "nodeOptions": "env", "targets": ["linux-arm64"],
    "allowMissingAddons": true, "allowUnverified": false, "template": "node",
    "templateSha256": ")" +
                         std::string(kDigest) + "\"}";
  for (auto [file, text] : {std::pair<std::string, std::string>{"ingot.json", settings},
                            {"package.json", "{\"name\": \"p\", \"ingot\": " + settings + "}"}}) {
    CAPTURE(file);
    auto options = configured(file, text);
    REQUIRE(options);
    CHECK(options->project == "/p");
    CHECK(options->entry == "src/main.js");
    CHECK(options->output == "out/app");
    CHECK(options->output_folder == "/p");
    CHECK(options->include == std::vector<std::string>{"assets/**"});
    CHECK(options->exclude == std::vector<std::string>{"a", "b"});
    CHECK(options->node_options == ExecArgvExtension::kEnvironment);
    CHECK(options->targets == std::vector<Target>{*find_target("linux-arm64")});
    CHECK(options->allow_missing_addons);
    CHECK_FALSE(options->allow_unverified);
    REQUIRE(options->user_template);
    CHECK(options->user_template->path == "/p/node");
    CHECK(options->user_template->sha256 == kDigest);
  }
}

TEST_CASE("ingot.json may have comments, trailing commas and the name of its schema") {
  auto options =
      configured("ingot.json", "// how it is cast\n{ \"$schema\": \"x\", \"bin\": \"a\", }");
  REQUIRE(options);
  CHECK(options->bin == "a");
}

TEST_CASE("without a configuration nothing is configured") {
  auto options = configured("package.json", "{}");
  REQUIRE(options);
  CHECK_FALSE(options->entry);
  CHECK(options->output.empty());
  CHECK(options->node_options == ExecArgvExtension::kNone);
  CHECK(configured("package.json", "not JSON"));  // load_project tells
}

TEST_CASE("flags win over the configuration") {
  std::string text = R"({"bin": "a", "include": ["x"], "allowMissingAddons": true, "output": "o"})";
  auto options = configured("ingot.json", text,
                            {{"entry", {{"main.js"}, {}}},
                             {"include", {{"y"}, {}}},
                             {"output", {{"o"}, {}}},
                             {"allow-missing-addons", {{"false"}, {}}}});
  REQUIRE(options);
  CHECK(options->entry == "main.js");
  CHECK_FALSE(options->bin);
  CHECK(options->include == std::vector<std::string>{"y"});
  CHECK(options->output == "o");
  CHECK(options->output_folder == "/here");
  CHECK_FALSE(options->allow_missing_addons);
}

TEST_CASE("targets come one by one, in lists or all at once, and each only once") {
  auto names = [](std::vector<std::string> words) {
    auto options = options_of({{"target", {std::move(words), {}}}}, "/p", "/here");
    if (!options) return options.error().code;
    std::string all;
    for (const Target& target : options->targets)
      all += (all.empty() ? "" : " ") + std::string(target.name);
    return all;
  };
  CHECK(names({"linux-arm64"}) == "linux-arm64");
  CHECK(names({"win-x64,linux-x64", "linux-arm64", "linux-x64"}) ==
        "win-x64 linux-x64 linux-arm64");
  CHECK(names({"linux-x64", "all"}) == names({"all"}));
  CHECK(names({}) == host_target().name);
  for (const char* wrong : {"", ",", "linux-x64,", "linux", "all,linux-x46", "win-arm64"})
    CHECK(names({wrong}) == "target-unknown");
}

TEST_CASE("what is wrong with a configuration is told with its place") {
  struct Example {
    std::string file, text, code, says;
    uint32_t line;
  };
  for (const Example& example : std::vector<Example>{
           {"ingot.json", "{\n\"enrty\": \"a\"}", "config-key-unknown", "\"entry\"", 2},
           {"ingot.json", "{\n\"node-options\": \"a\"}", "config-key-unknown", "\"nodeOptions\"",
            2},
           {"ingot.json", "{\"zzzzzzzzzz\": 1}", "config-key-unknown", "there are output", 1},
           {"package.json", "{\"ingot\": {\n\n\"offline\": true}}", "config-key-unknown", "", 3},
           {"ingot.json", "{\"entry\": 1}", "config-value", "--entry", 1},
           {"ingot.json", "{\"include\": [\"a\", 2]}", "config-value", "--include", 1},
           {"ingot.json", "{\"allowUnverified\": \"yes\"}", "config-value", "", 1},
           {"ingot.json", "[]", "config-value", "schema", 1},
           {"package.json", "{\"ingot\": \"main.js\"}", "config-value", "schema", 1},
           {"ingot.json", "{\"entry\": \"a\",\n\"bin\": \"b\"}", "entry-twice", "", 2},
           {"ingot.json", "{\n\"nodeOptions\": \"all\"}", "choice-unknown", "none, env, cli", 2},
           {"ingot.json", "{\n\"targets\": \"linux-x46\"}", "target-unknown", "linux-x64", 2},
           {"ingot.json", "{\n\"windowsVersion\": \"1.2-3\"}", "windows-version-malformed",
            "one to four numbers", 2},
           {"ingot.json", "{\"windowsTitle\": \"" + std::string(1025, 'x') + "\"}",
            "windows-text-too-long", "1024", 1},
           {"ingot.json", "{\n\"template\": \"node\"}", "template-digest-missing", "sha256sum",
            2}}) {
    CAPTURE(example.text);
    auto options = configured(example.file, example.text);
    REQUIRE_FALSE(options);
    const Error& error = options.error();
    CHECK(error.code == example.code);
    CHECK(error.kind == ErrorKind::kInput);
    CHECK(error.hint.find(example.says) != std::string::npos);
    REQUIRE(error.position);
    CHECK(error.position->file == example.file);
    CHECK(error.position->line == example.line);
  }
}

TEST_CASE("all unknown keys are told at once") {
  Diagnostics diagnostics;
  auto options = configured("ingot.json", R"({"a1": 1, "entry": 2, "b1": 3})", diagnostics);
  REQUIRE_FALSE(options);
  CHECK(diagnostics.errors().size() == 2);
}

TEST_CASE("a project has one configuration") {
  MemoryFileSystem files;
  files.add("/p/package.json", "{\n\"ingot\": {}}");
  files.add("/p/ingot.json", "{}");
  Diagnostics diagnostics;
  auto values = read_configuration(files, "/p", diagnostics);
  REQUIRE_FALSE(values);
  CHECK(values.error().code == "config-twice");
  CHECK(values.error().position->line == 2);
}

TEST_CASE("what is wrong on the command line is a matter of usage") {
  auto options = configured("package.json", "{}", {{"node-options", {{"maybe"}, {}}}});
  REQUIRE_FALSE(options);
  CHECK(options.error().code == "choice-unknown");
  CHECK(options.error().kind == ErrorKind::kUsage);
  CHECK(options.error().message.find("--node-options") != std::string::npos);
}

TEST_CASE("compact executables are for targets that have a loader") {
  auto compact = configured("ingot.json", R"({"compact": "fast", "targets": ["linux-x64"]})", {});
  REQUIRE(compact);
  CHECK(compact->compact == CompactLevel::kFast);
  auto none = configured("ingot.json", R"({"targets": ["linux-x64"]})", {});
  REQUIRE(none);
  CHECK_FALSE(none->compact);
  for (const Target& target : kTargets) {
    CAPTURE(target.name);
    std::string targets = R"({"targets": ["linux-x64", ")" + std::string(target.name) + "\"]}";
    auto options = configured("ingot.json", targets, {{"compact", {{"small"}, {}}}});
    REQUIRE(options.has_value() == can_be_compact(target));
    if (options) continue;
    CHECK(options.error().code == "compact-unsupported");
    CHECK(options.error().message.find(target.name) != std::string::npos);
  }
}

TEST_CASE("licences, notices and bills of materials are settings like others") {
  auto options = configured("ingot.json", R"({"allowLicenses": ["MIT OR ISC", "NOASSERTION"],
    "denyLicenses": "GPL-2.0-or-later", "notices": true, "sbom": "both"})");
  REQUIRE(options);
  CHECK(options->licenses.allowed.size() == 2);
  CHECK(options->licenses.unknown_allowed);
  CHECK(options->licenses.denied.size() == 1);
  CHECK(options->notices);
  CHECK(options->bills == std::vector<BillFormat>{BillFormat::kCycloneDx, BillFormat::kSpdx});
  CHECK(configured("ingot.json", R"({"sbom": "spdx"})")->bills ==
        std::vector<BillFormat>{BillFormat::kSpdx});
  CHECK(configured("ingot.json", "{}")->licenses.accepts_all());
  auto unknown = configured("ingot.json", "{\n  \"denyLicenses\": [\"Apache 2\"] }");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == "license-expression");
  CHECK(unknown.error().position->line == 2);
  auto typed = options_of({{"allow-license", {{"MIT AND ISC"}, {}}}}, "/p", "/here");
  REQUIRE_FALSE(typed);
  CHECK(typed.error().code == "license-policy");
  CHECK(typed.error().kind == ErrorKind::kUsage);
}
