#include "packer/cast/project.h"

#include <algorithm>
#include <list>
#include <span>

#include "base/digest.h"
#include "lockfile/importer_drift.h"
#include "resolver/workspaces.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxLockfile = uint64_t{256} << 20;

// Whether there is something to read. A symbolic link is: what it leads to shows when it is read.
bool is_readable_file(const FileSystem& files, const std::string& path) {
  auto found = files.status(path);
  return found && (found->kind == FileKind::kFile || found->kind == FileKind::kSymlink);
}

Result<Manifest> load_manifest(const FileSystem& files, const std::string& folder,
                               std::string_view place) {
  std::string name = join_path(place, "package.json");
  std::string text = TRY(files.read(join_path(folder, name), kMaxManifest));
  return parse_manifest(std::move(text), name);
}

// The folders that are workspaces by package.json, or by pnpm's own file.
Result<std::vector<std::string>> workspace_folders(const FileSystem& files,
                                                   const Project& project) {
  if (project.lockfile_name != "pnpm-lock.yaml")
    return find_workspaces(files, project.folder, project.manifest.workspaces);
  // pnpm's lockfile lists them all.
  return std::vector<std::string>();
}

// Adds the manifests of folders that are not among `places` yet. One that cannot be read is left to
// the lockfile.
Status load_local_manifests(const FileSystem& files, const Project& project,
                            std::vector<std::string> folders, std::list<Manifest>& manifests,
                            std::vector<LocalManifest>& places) {
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  for (const std::string& folder : folders) {
    bool known = std::ranges::find(places, folder, &LocalManifest::install_path) != places.end();
    if (known ||
        !is_readable_file(files, join_path(project.folder, join_path(folder, "package.json"))))
      continue;
    manifests.push_back(TRY(load_manifest(files, project.folder, folder)));
    places.push_back({folder, &manifests.back()});
  }
  return {};
}

}  // namespace

std::string Project::name() const {
  return manifest.name.empty() ? short_name() : manifest.name;
}

std::string Project::short_name() const {
  std::string_view name = manifest.name.empty() ? base_name(folder) : base_name(manifest.name);
  return std::string(name);
}

Result<Project> load_project(const FileSystem& files, const std::string& folder,
                             const LayoutOptions& layout, Diagnostics& diagnostics) {
  Project project;
  project.folder = folder;
  auto place = files.status(folder);
  if (!place || (place->kind != FileKind::kDirectory && place->kind != FileKind::kSymlink))
    return fail(input_error("project-missing", "there is no folder " + folder));
  if (!is_readable_file(files, join_path(folder, "package.json")))
    return fail(input_error("manifest-missing", "there is no package.json in " + folder)
                    .hinted("name the folder of an npm project: ingot build DIR"));
  project.manifest = TRY(load_manifest(files, folder, ""));
  project.lockfile_name =
      TRY(find_lockfile(files, folder, project.manifest.package_manager, diagnostics));
  std::string text = TRY(files.read(join_path(folder, project.lockfile_name), kMaxLockfile));
  project.lockfile_sha256 = sha256_hex(std::string_view(text));

  std::list<Manifest> manifests;
  std::vector<LocalManifest> places = {{"", &project.manifest}};
  TRY(load_local_manifests(files, project, TRY(workspace_folders(files, project)), manifests,
                           places));
  const size_t workspaces = places.size();
  project.lockfile = TRY(read_lockfile(files, folder, project.lockfile_name, std::move(text),
                                       places, layout, diagnostics));
  std::vector<std::string> folders;
  for (const LockedPackage* package : project.lockfile.local_packages())
    folders.push_back(package->install_path);
  TRY(load_local_manifests(files, project, std::move(folders), manifests, places));
  for (LocalManifest& local : std::span(places).subspan(workspaces))
    local.is_linked = std::ranges::find(project.lockfile.workspaces, local.install_path) ==
                      project.lockfile.workspaces.end();
  if (project.lockfile.kind == LockfileKind::kNpm)
    TRY(check_drift(project.lockfile, places, diagnostics));
  else
    TRY(check_importers(project.lockfile, places, diagnostics));
  adopt_manifests(project.lockfile, places);
  std::string signatures_file = join_path(folder, kSignaturesName);
  if (is_readable_file(files, signatures_file))
    project.signatures = TRY(parse_signatures(TRY(files.read(signatures_file, kMaxLockfile))));
  std::string pins_file = join_path(folder, kPinsName);
  if (is_readable_file(files, pins_file)) {
    project.pins = TRY(parse_pins(TRY(files.read(pins_file, kMaxManifest))));
    project.pinned = apply_pins(project.pins, project.lockfile);
  }
  return project;
}

}  // namespace ingot
