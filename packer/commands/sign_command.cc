#include <fmt/format.h>
#include <openssl/crypto.h>

#include <CLI/CLI.hpp>

#include "base/file_system.h"
#include "base/mapped_file.h"
#include "packer/commands/command.h"
#include "packer/commands/password.h"
#include "packer/executable/inject.h"
#include "packer/executable/signing/sign.h"
#include "packer/report/text.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nThe password of ID is read from --password-file or from $INGOT_SIGN_PASSWORD. A signature\n"
    "that is there is replaced. Only executables that 'ingot verify' finds intact are signed.\n"
    "No time stamp is added, and nobody is asked to notarize: that takes the systems' own tools.";

constexpr const char* kPasswordVariable = "INGOT_SIGN_PASSWORD";

struct SignArguments {
  std::string file;
  std::string identity;
  std::string password_file;
  std::string identifier;
  std::string output;
};

Result<Identity> read_identity(const SignArguments& arguments, const Console& console,
                               Diagnostics& diagnostics) {
  std::string path = console.absolute(arguments.identity);
  Password password = TRY(read_password(arguments.password_file, kPasswordVariable, console));
  std::string file = TRY(real_file_system().read(path, kMaxIdentitySize));
  auto identity = load_identity(std::string_view(file), password.text, diagnostics);
  OPENSSL_cleanse(file.data(), file.size());
  if (!identity) return fail(std::move(identity.error()).at({path, 0, 0}));
  return identity;
}

// Writes the signed file and looks at it as its system will, before it takes the other's place.
Result<Signer> sign_file(const std::string& path, const std::string& output,
                         const Identity& identity, const std::string& identifier) {
  MappedFile file = TRY(MappedFile::open(path));
  bool executable = TRY(real_file_system().status(path)).executable;
  AtomicFile out = TRY(AtomicFile::create(output, executable ? 0755 : 0644));
  TRY(sign_executable(file.bytes(), identity, identifier, out));
  TRY(out.flush());
  MappedFile written = TRY(MappedFile::open(out.temporary_path()));
  TRY(check_executable(written.bytes()));
  TRY(digest_of_original(written.bytes()));
  auto signer = TRY(read_signer(written.bytes()));
  INGOT_CHECK(signer.has_value());
  TRY(out.commit());
  return std::move(*signer);
}

std::string as_text(const std::string& name, const Signer& signer) {
  std::string out = fmt::format("{}  is signed\n", printable(name));
  out += row("signer", signer.owner);
  out += row("issuer", signer.issuer);
  return out;
}

std::string as_json(const std::string& name, const Signer& signer,
                    const std::vector<Error>& warnings) {
  JsonWriter json;
  json.open_object().member("ok", true).member("file", name);
  json.key("signer").open_object().member("owner", signer.owner);
  json.member("issuer", signer.issuer);
  json.text_or_null("certificateSha256", signer.certificate_sha256).close_object();
  json.key("errors").open_array().close_array().key("warnings");
  write_json(warnings, json);
  return json.close_object().finish();
}

int run(const SignArguments& arguments, Console& console) {
  Diagnostics diagnostics;
  auto identity = read_identity(arguments, console, diagnostics);
  if (!identity) return console.fail(identity.error());
  std::string path = console.absolute(arguments.file);
  std::string output = arguments.output.empty() ? path : console.absolute(arguments.output);
  auto signer = sign_file(path, output, *identity, arguments.identifier);
  if (!signer) {
    Error error = std::move(signer.error());
    return console.fail(std::move(error).at({path, 0, 0}));
  }
  const std::string& name = arguments.output.empty() ? arguments.file : arguments.output;
  console.warn(diagnostics.warnings());
  console.write_result(console.json ? as_json(name, *signer, diagnostics.warnings())
                                    : as_text(name, *signer));
  return kExitDone;
}

}  // namespace

void add_sign_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("sign", "Sign an executable for macOS or Windows");
  auto arguments = std::make_shared<SignArguments>();
  command->add_option("FILE", arguments->file, "An executable that ingot made")
      ->type_name("")
      ->required();
  command->add_option("--identity", arguments->identity, "Key and certificates, a PKCS#12 file")
      ->type_name("ID")
      ->required();
  command->add_option("--password-file", arguments->password_file, "Its first line opens ID")
      ->type_name("FILE");
  command
      ->add_option("--identifier", arguments->identifier,
                   "What macOS knows it by; else its name in the signature it has")
      ->type_name("NAME");
  command->add_option("-o,--output", arguments->output, "The signed executable; else FILE itself")
      ->type_name("FILE");
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
