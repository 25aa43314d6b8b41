#include "packer/commands/materials.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/digest.h"
#include "packer/cast/template_source.h"
#include "packer/commands/command.h"
#include "packer/commands/project_options.h"
#include "packer/commands/sealed_executable.h"

namespace ingot {
namespace {

struct OpenFile {
  OpenExecutable executable;
  std::vector<const PayloadEntryView*> entries;  // sorted by path

  Result<std::string> read(const SealedFile& wanted) const {
    auto found =
        std::ranges::lower_bound(entries, std::string_view(wanted.path), {},
                                 [](const PayloadEntryView* entry) { return entry->path; });
    Error altered = integrity_error("file-altered", wanted.path + " is not what was sealed");
    if (found == entries.end() || (*found)->path != wanted.path) return fail(std::move(altered));
    Bytes content = TRY(executable.sealed.reader.content(**found));
    if (sha256_hex(content) != wanted.sha256) return fail(std::move(altered));
    return std::string(content.begin(), content.end());
  }
};

Result<OpenMaterials> of_executable(const std::string& path) {
  OpenExecutable executable = TRY(open_executable(path));
  auto open = std::make_shared<OpenFile>(OpenFile{std::move(executable), {}});
  const SealedExecutable& sealed = open->executable.sealed;
  for (const PayloadEntryView& entry : sealed.reader.entries())
    if (entry.kind == EntryKind::kFile) open->entries.push_back(&entry);
  std::ranges::sort(open->entries, {}, [](const PayloadEntryView* entry) { return entry->path; });

  OpenMaterials materials;
  materials.manifest = sealed.manifest;
  materials.executable = sealed.file;
  materials.read = [open](size_t file) {
    return open->read(open->executable.sealed.manifest.files[file]);
  };
  materials.owner = open;
  return materials;
}

Result<OpenMaterials> of_project(const MaterialsArguments& arguments, const Console& console,
                                 Diagnostics& diagnostics) {
  std::string project = console.absolute(arguments.path);
  SettingValues typed;
  if (!arguments.targets.empty()) typed["target"] = {arguments.targets, {}};
  SettingValues values = TRY(settings_of(project, typed, diagnostics));
  BuildOptions options = TRY(options_to_look(values, project, arguments.sources.offline, console));
  // What is refused in a build can be looked at all the same.
  LicensePolicy policy = std::exchange(options.licenses, {});
  settle_strictness(console.environment, options, diagnostics);
  ByteSources sources = TRY(open_sources(arguments.sources, console));
  ProgressReporter progress = progress_of(console);
  auto found = list_materials(
      options, {sources.store, console.environment, progress, sources.tarball_folder()},
      diagnostics);
  progress.clear();
  if (!found) return fail(std::move(found.error()));
  if (diagnostics.has_errors()) return fail(diagnostics.errors().front());

  auto tree = std::make_shared<FileTree>(std::move(found->tree));
  OpenMaterials materials;
  materials.manifest = std::move(found->manifest);
  materials.read = [tree](size_t file) -> Result<std::string> {
    return std::string(tree->nodes()[file].content.text());
  };
  materials.owner = tree;
  materials.policy = std::move(policy);
  return materials;
}

}  // namespace

void add_materials_arguments(CLI::App& command, MaterialsArguments& arguments) {
  command.add_option("PATH", arguments.path, "A project, or an executable that ingot made")
      ->type_name("");
  const char* project = "Of a project";
  command.add_option("--target", arguments.targets, "As for 'ingot build'; the first counts")
      ->type_name("NAME")
      ->expected(1)
      ->take_all()
      ->group(project);
  add_source_options(command, arguments.sources, project);
}

Result<OpenMaterials> open_materials(const MaterialsArguments& arguments, const Console& console,
                                     Diagnostics& diagnostics) {
  std::string path = console.absolute(arguments.path);
  if (real_file_system().is_directory(path)) return of_project(arguments, console, diagnostics);
  return of_executable(path);
}

Result<std::string> node_license_text(const std::string& version,
                                      const MaterialsArguments& arguments, const Console& console,
                                      Diagnostics& diagnostics) {
  std::string path = console.absolute(arguments.path);
  std::string folder = real_file_system().is_directory(path) ? path : console.current_folder;
  ByteSources sources = TRY(open_sources(arguments.sources, console));
  NpmConfig config =
      TRY(load_npm_config({real_file_system(), console.environment, folder, ""}, diagnostics));
  FetchSettings settings{.store = sources.store, .config = config, .project_folder = folder};
  settings.tarballs = sources.tarball_folder();
  if (arguments.sources.offline) settings.network = Network::kOffline;
  return node_license(version, settings, diagnostics);
}

}  // namespace ingot
