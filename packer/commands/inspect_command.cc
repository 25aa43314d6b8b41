#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "base/file_system.h"
#include "packer/bill/declared_license.h"
#include "packer/commands/command.h"
#include "packer/commands/sealed_executable.h"
#include "packer/report/package_report.h"
#include "packer/report/text.h"
#include "templates/pins.h"

namespace ingot {
namespace {

constexpr const char* kFooter =
    "\nShows what the sealed manifest says. 'ingot verify FILE' checks that it is true.";

struct InspectArguments {
  std::string file;
  bool packages = false;
  bool files = false;
  bool tree = false;
};

// A folder of the application, down to packages and the project's own top folders. Bytes as they
// are stored, with code caches.
struct Folder {
  uint64_t size = 0;
  size_t files = 0;
};

struct Totals {
  uint64_t bytes = 0;  // of all files, uncompressed
  size_t files = 0;
  size_t links = 0;
  size_t caches = 0;
  PackageCounts packages;
};

Totals totals_of(const SealedManifest& manifest) {
  Totals totals;
  for (const SealedFile& file : manifest.files) {
    totals.bytes += file.size;
    ++(file.link.empty() ? totals.files : totals.links);
    if (!file.code_cache.empty()) ++totals.caches;
  }
  std::map<std::string, size_t> proofs;
  for (const SealedPackage& package : manifest.packages)
    if (package.is_foreign()) ++proofs[package.proof];
  totals.packages.packages = manifest.count_foreign();
  totals.packages.proofs.assign(proofs.begin(), proofs.end());
  return totals;
}

// By path; "" is the whole application.
std::map<std::string, Folder> folders_of(const SealedExecutable& sealed) {
  std::map<std::string, Folder> folders{{"", {}}};
  auto add_with_parents = [&](std::string path) {
    for (; !path.empty(); path = parent_path(path)) folders[path];
  };
  for (const SealedPackage& package : sealed.manifest.packages) add_with_parents(package.path);
  for (const PayloadEntryView& entry : sealed.reader.entries()) {
    if (entry.kind != EntryKind::kFile) continue;
    std::string path(entry.path);
    if (size_t slash = path.find('/'); slash != std::string::npos) folders[path.substr(0, slash)];
    while (!path.empty()) {
      path = parent_path(path);
      auto folder = folders.find(path);
      if (folder == folders.end()) continue;
      folder->second.size += entry.stored.size() + entry.code_cache.size();
      ++folder->second.files;
    }
  }
  std::erase_if(folders, [](const auto& folder) { return folder.second.files == 0; });
  return folders;
}

std::string tree_lines(const SealedExecutable& sealed) {
  std::string out = "\ntree\n";
  std::map<std::string, std::string> labels;
  for (const SealedPackage& package : sealed.manifest.packages)
    labels[package.path] = package.name + "@" + package.version;
  for (const auto& [path, folder] : folders_of(sealed)) {
    auto depth = path.empty() ? 0 : 1 + std::ranges::count(path, '/');
    auto label = labels.find(path);
    out += fmt::format("  {:>10}  {:>6}  {}{}{}\n", folder.size, folder.files,
                       std::string(static_cast<size_t>(2 * depth), ' '),
                       path.empty() ? "." : printable(base_name(path)),
                       label == labels.end() ? "" : "  " + printable(label->second));
  }
  return out;
}

std::string requirements(const TemplatePin& pin) {
  std::string out = std::string(pin.target);
  if (!pin.minimum_glibc.empty()) out += fmt::format(", glibc {} or later", pin.minimum_glibc);
  for (std::string_view library : pin.needed_libraries) out += fmt::format(", {}", library);
  return out;
}

std::string appearance(const SealedWindows& windows) {
  std::string out = windows.title + " " + windows.version;
  if (!windows.publisher.empty()) out += " by " + windows.publisher;
  out += windows.icon_sha256.empty() ? ", Node's icon" : ", icon sha256 " + windows.icon_sha256;
  return out + (windows.hide_console ? ", no console" : "");
}

std::string package_lines(const SealedManifest& manifest) {
  std::string out = "\npackages\n";
  for (const SealedPackage& package : manifest.packages) {
    if (package.path.empty()) continue;  // the project
    std::string proof = package.digest.empty() ? package.source + ", " + proof_phrase(package.proof)
                                               : package.digest;
    out += "  " +
           printable(fmt::format("{}@{}  {}  {}  {}", package.name, package.version, package.path,
                                 proof, license_phrase(declared_license(package.license)))) +
           "\n";
  }
  return out;
}

std::string file_lines(const SealedManifest& manifest) {
  std::string out = "\nfiles\n";
  for (const SealedFile& file : manifest.files) {
    std::string_view kind = !file.link.empty() ? "link" : file.executable ? "exec" : "file";
    std::string_view cache = file.code_cache.empty() ? "" : ", code cache";
    std::string what = file.link.empty() ? fmt::format("sha256 {}{}", file.sha256, cache)
                                         : fmt::format("-> {}", file.link);
    out += fmt::format("  {} {:>10}  {}  {}\n", kind, file.size, printable(file.path),
                       printable(what));
  }
  return out;
}

std::string as_text(const std::string& name, const SealedExecutable& sealed,
                    const InspectArguments& arguments) {
  const SealedManifest& manifest = sealed.manifest;
  Totals totals = totals_of(manifest);
  const TemplatePin* pin = find_template_pin_by_digest(manifest.node_sha256);
  std::string out =
      printable(fmt::format("{} {} for {}", manifest.name, manifest.version, manifest.target)) +
      "\n";
  out += row("file",
             fmt::format("{}, {}: Node.js {}, application {}", name, megabytes(sealed.file.size()),
                         megabytes(sealed.file.size() - sealed.payload.size()),
                         megabytes(sealed.payload.size())));
  out += row("runs", manifest.entry);
  if (manifest.node_options == "env") out += row("", "and obeys NODE_OPTIONS");
  if (manifest.node_options == "cli") out += row("", "and obeys --node-options=");
  out += row("carries", fmt::format("{}, {}, {} with code cache", counted(totals.files, "file"),
                                    megabytes(totals.bytes), totals.caches));
  if (totals.links > 0) out += row("", counted(totals.links, "link"));
  out += row("packages", packages_phrase(totals.packages));
  out += row("lockfile",
             fmt::format("{}, sha256 {}", manifest.lockfile_name, manifest.lockfile_sha256));
  out += row("runtime",
             fmt::format("Node.js {}, sha256 {}{}", manifest.node_version, manifest.node_sha256,
                         manifest.node_stripped.empty() ? "" : ", without its symbols"));
  if (!manifest.compact.level.empty())
    out += row("compact", fmt::format("{}: unpacked into the user's cache at the first start",
                                      printable(manifest.compact.level)));
  if (pin != nullptr) out += row("vouched for", std::string(pin->evidence));
  if (pin != nullptr) out += row("needs", requirements(*pin));
  if (pin == nullptr) out += row("", "this ingot does not know that binary");
  if (!manifest.windows.sha256.empty()) out += row("shows as", appearance(manifest.windows));
  out += row("made by", "ingot " + manifest.ingot_version);
  if (arguments.packages) out += package_lines(manifest);
  if (arguments.tree) out += tree_lines(sealed);
  if (arguments.files) out += file_lines(manifest);
  return out;
}

void write_node(const SealedManifest& manifest, JsonWriter& json) {
  const TemplatePin* pin = find_template_pin_by_digest(manifest.node_sha256);
  json.key("node").open_object().member("version", manifest.node_version);
  json.member("sha256", manifest.node_sha256);
  json.text_or_null("stripped", manifest.node_stripped);
  json.text_or_null("package", manifest.node_package);
  json.text_or_null("integrity", manifest.node_integrity);
  json.text_or_null("evidence", pin == nullptr ? "" : pin->evidence);
  json.text_or_null("minimumGlibc", pin == nullptr ? "" : pin->minimum_glibc);
  json.key("neededLibraries").open_array();
  if (pin != nullptr)
    for (std::string_view library : pin->needed_libraries) json.value(library);
  json.close_array().close_object();
}

void write_compact(const SealedCompact& compact, JsonWriter& json) {
  if (compact.sha256.empty()) return;
  json.key("compact").open_object().member("level", compact.level);
  json.member("sha256", compact.sha256).member("loader", compact.loader_sha256).close_object();
}

void write_windows(const SealedWindows& windows, JsonWriter& json) {
  if (windows.sha256.empty()) return;
  json.key("windows").open_object().member("sha256", windows.sha256);
  json.text_or_null("title", windows.title).text_or_null("publisher", windows.publisher);
  json.text_or_null("version", windows.version).text_or_null("description", windows.description);
  json.text_or_null("copyright", windows.copyright).text_or_null("icon", windows.icon_sha256);
  json.member("hideConsole", windows.hide_console).close_object();
}

void write_lists(const SealedManifest& manifest, bool with_files, JsonWriter& json) {
  json.key("packages").open_array();
  for (const SealedPackage& package : manifest.packages) {
    json.open_object().member("path", package.path).member("name", package.name);
    json.member("version", package.version).member("source", package.source);
    json.member("proof", package.proof).text_or_null("digest", package.digest);
    json.text_or_null("license", package.license).close_object();
  }
  json.close_array();
  if (!with_files) return;
  json.key("files").open_array();
  for (const SealedFile& file : manifest.files) {
    json.open_object().member("path", file.path).member("package", file.package);
    json.member("size", file.size).text_or_null("sha256", file.sha256);
    json.member("executable", file.executable).text_or_null("link", file.link);
    json.text_or_null("codeCache", file.code_cache);
    json.text_or_null("stripped", file.stripped).close_object();
  }
  json.close_array();
}

void write_tree(const SealedExecutable& sealed, JsonWriter& json) {
  json.key("tree").open_array();
  for (const auto& [path, folder] : folders_of(sealed)) {
    json.open_object().member("path", path).member("size", folder.size);
    json.member("files", folder.files).close_object();
  }
  json.close_array();
}

std::string as_json(const std::string& name, const SealedExecutable& sealed,
                    const InspectArguments& arguments) {
  const SealedManifest& manifest = sealed.manifest;
  Totals totals = totals_of(manifest);
  JsonWriter json;
  json.open_object().member("ok", true).member("file", name).member("name", manifest.name);
  json.member("version", manifest.version).member("target", manifest.target);
  json.member("entry", manifest.entry).member("nodeOptions", manifest.node_options);
  json.member("ingot", manifest.ingot_version);
  json.member("size", sealed.file.size()).member("payloadSize", sealed.payload.size());
  json.member("fileCount", totals.files).member("linkCount", totals.links);
  json.member("contentSize", totals.bytes).member("codeCaches", totals.caches);
  json.key("lockfile").open_object().member("name", manifest.lockfile_name);
  json.member("sha256", manifest.lockfile_sha256).close_object();
  write_node(manifest, json);
  write_compact(manifest.compact, json);
  write_windows(manifest.windows, json);
  write_lists(manifest, arguments.files, json);
  if (arguments.tree) write_tree(sealed, json);
  return json.close_object().finish();
}

int run(const InspectArguments& arguments, Console& console) {
  auto executable = open_executable(console.absolute(arguments.file));
  if (!executable) return console.fail(executable.error());
  const SealedExecutable& sealed = executable->sealed;
  console.write_result(console.json ? as_json(arguments.file, sealed, arguments)
                                    : as_text(arguments.file, sealed, arguments));
  return kExitDone;
}

}  // namespace

void add_inspect_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("inspect", "Show what is inside an executable");
  auto arguments = std::make_shared<InspectArguments>();
  command->add_option("FILE", arguments->file, "An executable that ingot made")
      ->type_name("")
      ->required();
  command->add_flag("--packages", arguments->packages, "List the packages, licences and digests");
  command->add_flag("--files", arguments->files, "List the files and their digests");
  command->add_flag("--tree", arguments->tree,
                    "Show folders and packages: bytes as stored with code caches, files, name");
  command->add_flag("--json", line.console.json, "One JSON object, for programs");
  command->footer(kFooter);
  command->callback([arguments, &line] {
    line.run = [arguments, &line] { return run(*arguments, line.console); };
  });
}

}  // namespace ingot
