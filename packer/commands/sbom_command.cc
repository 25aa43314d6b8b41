#include <CLI/CLI.hpp>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "packer/cast/bill_of.h"
#include "packer/commands/command.h"
#include "packer/commands/materials.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nOf a project it is about what 'ingot build' would put into an executable, of an executable "
    "about\nwhat its sealed manifest says is inside. The same input gives the same text: there is "
    "no time in it\nbut that of SOURCE_DATE_EPOCH.\n"
    "\nExamples:\n"
    "  ingot sbom                           of the project here, as CycloneDX 1.6\n"
    "  ingot sbom app.bin --format spdx     of an executable, as SPDX 2.3\n"
    "  ingot build --sbom both              one of each, beside the executable";

struct SbomArguments {
  MaterialsArguments materials;
  std::string format{bill_format_name(BillFormat::kCycloneDx)};
  std::string output;
};

Result<std::string> make_bill(const SbomArguments& arguments, const Console& console,
                              Diagnostics& diagnostics) {
  OpenMaterials materials = TRY(open_materials(arguments.materials, console, diagnostics));
  ByteView file = materials.executable;
  Bill bill =
      TRY(bill_of(materials.manifest, file.empty() ? "" : sha256_hex(file), console.environment));
  return write_bill(bill, *find_bill_format(arguments.format));
}

int run(const SbomArguments& arguments, Console& console) {
  Diagnostics diagnostics;
  if (real_file_system().is_directory(console.absolute(arguments.materials.path)))
    console.base_folder = console.absolute(arguments.materials.path);
  auto bill = make_bill(arguments, console, diagnostics);
  if (!bill) return console.fail(bill.error(), diagnostics);
  std::vector<Error> warnings = without_repeats(diagnostics.warnings());
  console.warn(warnings);
  if (arguments.output.empty()) {
    console.write_result(*bill);
    return kExitDone;
  }
  std::string path = console.absolute(arguments.output);
  if (Status written = write_file_atomically(path, std::string_view(*bill)); !written)
    return console.fail(written.error());
  if (!console.json) return kExitDone;
  JsonWriter json;
  json.open_object().member("ok", true).member("output", path);
  json.member("format", arguments.format).key("errors").open_array();
  json.close_array().key("warnings");
  write_json(warnings, json);
  console.write_result(json.close_object().finish());
  return kExitDone;
}

}  // namespace

void add_sbom_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("sbom", "Write a bill of materials");
  auto arguments = std::make_shared<SbomArguments>();
  add_materials_arguments(*command, arguments->materials);
  std::vector<std::string> formats;
  for (BillFormat format : {BillFormat::kCycloneDx, BillFormat::kSpdx})
    formats.emplace_back(bill_format_name(format));
  command->add_option("--format", arguments->format, "CycloneDX 1.6, or SPDX 2.3; else the former")
      ->type_name("cyclonedx|spdx")
      ->check(CLI::IsMember(formats).description(""));
  command->add_option("-o,--output", arguments->output, "A file for it; else standard output")
      ->type_name("FILE");
  command->add_flag("--json", line.console.json,
                    "Errors, and what -o has written, as one JSON object");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
