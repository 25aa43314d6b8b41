#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/json_writer.h"
#include "packer/commands/command.h"
#include "templates/pins.h"

namespace ingot {
namespace {

constexpr size_t kShownDigest = 16;  // hex digits: enough to compare by eye

std::string as_table() {
  std::string out = fmt::format("{:<13} {:<9} {:<22} {}\n", "target", "Node.js", "package",
                                "sha256 of the binary");
  for (const TemplatePin& pin : template_pins())
    out += fmt::format("{:<13} {:<9} {:<22} {}...\n", pin.target, pin.node_version, pin.package,
                       pin.binary_sha256.substr(0, kShownDigest));
  return out;
}

std::string as_json() {
  JsonWriter json;
  json.open_object().member("ok", true).key("targets").open_array();
  for (const TemplatePin& pin : template_pins()) {
    json.open_object().member("target", pin.target);
    json.member("nodeVersion", pin.node_version).member("v8Version", pin.v8_version);
    json.member("package", pin.package).member("integrity", pin.integrity);
    json.member("binarySha256", pin.binary_sha256).member("binarySize", pin.binary_size);
    json.text_or_null("minimumGlibc", pin.minimum_glibc).key("neededLibraries").open_array();
    for (std::string_view library : pin.needed_libraries) json.value(library);
    json.close_array().member("evidence", pin.evidence).close_object();
  }
  return json.close_array().close_object().finish();
}

}  // namespace

void add_targets_command(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("targets", "List the platforms and their Node.js runtimes");
  command->add_flag("--json", line.console.json, "One JSON object, with all digests and evidence");
  command->callback([&line] {
    line.run = [&line] {
      line.console.write_result(line.console.json ? as_json() : as_table());
      return kExitDone;
    };
  });
}

}  // namespace ingot
