#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/digest.h"
#include "base/file_system.h"
#include "base/mapped_file.h"
#include "packer/attest/build_statement.h"
#include "packer/commands/command.h"
#include "packer/commands/keys.h"
#include "packer/commands/verification.h"
#include "packer/commands/verify_arguments.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nOf an executable every byte is compared with its seal. Of a project every package for the\n"
    "targets is got and compared with what the lockfile promises about it.\n"
    "\nExit code: 0 when all is as promised, 3 when something is not, 1 when PATH is neither an\n"
    "executable that ingot made nor a project that can be read.";

constexpr std::string_view kSettings[] = {"target", "strict", "signatures", "allow-unverified",
                                          "allow-unprepared"};

std::string as_text(const std::string& name, const Verification& found) {
  std::string out = fmt::format(
      "{}  {}\n", printable(name),
      found.problems.empty() ? "is what was sealed" : counted(found.problems.size(), "problem"));
  for (const Check& check : found.checks) out += row(check.name, check.detail);
  return out;
}

std::string as_json(const std::string& name, const Verification& found) {
  JsonWriter json;
  json.open_object().member("ok", found.problems.empty()).member("file", name);
  json.member("name", found.manifest.name).member("version", found.manifest.version);
  json.key("checks").open_array();
  for (const Check& check : found.checks)
    json.open_object().member("name", check.name).member("detail", check.detail).close_object();
  json.close_array().key("errors");
  write_json(found.problems, json);
  json.key("warnings").open_array().close_array();
  return json.close_object().finish();
}

constexpr uint64_t kMaxProvenance = uint64_t{64} << 20;

// What a signed statement says about the file. An error is for a file that cannot be read.
Status check_provenance(const std::string& name, ByteView file, const PublicKey& key,
                        const Console& console, Verification& found) {
  std::string path = console.absolute(name);
  std::string lines = TRY(real_file_system().read(path, kMaxProvenance));
  auto claim = find_claim(lines, path, sha256_hex(file), key);
  if (claim)
    found.checks.push_back(
        {"provenance",
         fmt::format("{}, built by {} from {}, signed by key {}", claim->subject, claim->builder_id,
                     counted(claim->dependencies, "input"), key.id())});
  else if (claim.error().kind == ErrorKind::kIntegrity)
    found.problems.push_back(std::move(claim.error()).at({path, 0, 0}));
  else
    return fail(claim.error().position ? std::move(claim.error())
                                       : std::move(claim.error()).at({path, 0, 0}));
  return {};
}

int verify_file(const VerifyArguments& arguments, Console& console) {
  const std::string& name = arguments.name;
  std::optional<PublicKey> key;
  if (!arguments.key.empty()) {
    auto read = read_public_key(arguments.key, console);
    if (!read) return console.fail(read.error());
    key = std::move(*read);
  }
  auto file = MappedFile::open(console.absolute(name));
  if (!file) return console.fail(file.error());
  const bool attested = !arguments.provenance.empty();
  auto found = verify_executable(file->bytes(), key && !attested ? &*key : nullptr);
  if (!found) {
    Error error = std::move(found.error());
    return console.fail(std::move(error).at({console.absolute(name), 0, 0}));
  }
  if (attested) {
    auto status = check_provenance(arguments.provenance, file->bytes(), *key, console, *found);
    if (!status) return console.fail(status.error());
  }
  Findings findings{found->problems, {}};
  console.write_result(console.json ? as_json(name, *found) : as_text(name, *found));
  if (!found->problems.empty() && !console.json) return console.fail(findings);
  return exit_code(findings);
}

}  // namespace

void add_verify_command(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("verify", "Check every byte of an executable, or a project's packages");
  auto arguments = std::make_shared<VerifyArguments>();
  command->add_option("PATH", arguments->name, "An executable that ingot made, or a project")
      ->type_name("")
      ->required();
  command->add_flag("--json", line.console.json, "One JSON object, for programs");

  command->add_option("--key", arguments->key, "It has to be sealed by this public key; a PEM file")
      ->type_name("PUB")
      ->group("Of an executable");
  command
      ->add_option("--provenance", arguments->provenance,
                   "It has to be what this statement, signed by --key, is about")
      ->type_name("FILE")
      ->group("Of an executable");
  const char* project = "Of a project, as for 'ingot build'";
  arguments->settings.add_some(*command, kSettings, project);
  command->add_flag("--installed", arguments->installed, "Compare node_modules, file by file")
      ->group(project);
  command
      ->add_flag("--pin", arguments->pin,
                 "Write missing digests into ingot.lock.json, and signatures")
      ->group(project);
  add_source_options(*command, arguments->sources, project);
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] {
      Console& console = line.console;
      bool folder = real_file_system().is_directory(console.absolute(arguments->name));
      if (!arguments->provenance.empty() && arguments->key.empty())
        return console.fail(usage_error("key-missing", "--provenance needs --key")
                                .hinted("a statement is worth as much as the key that signed it"));
      if (folder && !arguments->key.empty())
        return console.fail(usage_error("option-unfit", "--key is about an executable, and " +
                                                            arguments->name + " is a folder")
                                .hinted("a project's packages are proved by its lockfile"));
      return folder ? verify_folder(*arguments, console) : verify_file(*arguments, console);
    };
  });
}

}  // namespace ingot
