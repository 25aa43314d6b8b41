#include "packer/cast/lockfile_source.h"

#include <algorithm>

#include "base/yaml.h"
#include "lockfile/berry_lockfile.h"
#include "lockfile/bun_lockfile.h"
#include "lockfile/entry.h"
#include "lockfile/hoist_patterns.h"
#include "lockfile/npm_lockfile.h"
#include "lockfile/peer_instances.h"
#include "lockfile/placement.h"
#include "lockfile/pnpm_lockfile.h"
#include "lockfile/yarn_lockfile.h"
#include "packer/acquire/npmrc_file.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxConfiguration = uint64_t{1} << 20;

struct KnownLockfile {
  const char* name;
  std::string_view manager;
};
// A shrinkwrap wins, as for npm.
constexpr KnownLockfile kKnown[] = {{"npm-shrinkwrap.json", "npm"},
                                    {"package-lock.json", "npm"},
                                    {"pnpm-lock.yaml", "pnpm"},
                                    {"yarn.lock", "yarn"},
                                    {"bun.lock", "bun"}};

bool exists(const FileSystem& files, const std::string& path) {
  auto found = files.status(path);
  return found && (found->kind == FileKind::kFile || found->kind == FileKind::kSymlink);
}

// What a package manager's configuration says about the layout.
struct LayoutWish {
  bool isolated = true;
  HoistedLinks hoist = HoistedLinks::kDependencies;
  std::vector<std::string> public_patterns = {};
};

void read_npmrc(const FileSystem& files, const std::string& folder, LayoutWish& wish) {
  auto text = files.read(join_path(folder, ".npmrc"), kMaxConfiguration);
  if (!text) return;
  bool has_patterns = false;
  for (const NpmrcEntry& entry : parse_npmrc(*text, {})) {
    if (entry.key == "public-hoist-pattern") {
      if (!has_patterns) wish.public_patterns.clear();
      has_patterns = true;
      if (!entry.value.empty()) wish.public_patterns.push_back(entry.value);
    }
    if (entry.key == "node-linker") wish.isolated = entry.value != "hoisted";
    if (entry.key == "shamefully-hoist" && entry.value == "true") wish.isolated = false;
    if (entry.key == "hoist" && entry.value == "false") wish.hoist = HoistedLinks::kNone;
  }
}

// Without that file, as if it were empty.
Result<JsonDocument> read_yaml(const FileSystem& files, const std::string& folder,
                               const std::string& name) {
  const std::string path = join_path(folder, name);
  if (!exists(files, path)) return parse_yaml("", name);
  return parse_yaml(TRY(files.read(path, kMaxConfiguration)), name);
}

void read_layout(const JsonCursor& settings, std::string_view flat_linker, LayoutWish& wish) {
  if (auto linker = settings.find_text("nodeLinker")) wish.isolated = *linker != flat_linker;
  if (settings.find_text("shamefullyHoist") == "true") wish.isolated = false;
  if (settings.find_text("hoist") == "false") wish.hoist = HoistedLinks::kNone;
  if (auto patterns = settings.find("publicHoistPattern")) {
    wish.public_patterns.clear();
    if (patterns->is_array())
      for (JsonCursor pattern : *patterns) wish.public_patterns.emplace_back(pattern.text());
  }
}

// yarn's lockfile has "catalog:" as package.json has it; what it stands for is in .yarnrc.yml.
BerryCatalogs read_catalogs(const JsonCursor& settings) {
  BerryCatalogs catalogs;
  auto add = [&](const std::string& name, const JsonCursor& catalog) {
    if (catalog.is_object())
      for (JsonCursor range : catalog) catalogs[name][std::string(range.key())] = range.text();
  };
  if (auto catalog = settings.find("catalog")) add("", *catalog);
  if (auto named = settings.find("catalogs"); named && named->is_object())
    for (JsonCursor catalog : *named) add(std::string(catalog.key()), catalog);
  return catalogs;
}

// Newer pnpm has only the hashes of patches in its lockfile; where the files are, its settings say.
Status find_patches(const JsonCursor& settings, InstanceGraph& graph) {
  auto patches = settings.find("patchedDependencies");
  if (!patches || !patches->is_object()) return {};
  for (PackageInstance& instance : graph.instances) {
    LockedPackage& package = instance.package;
    if (!package.patch || !package.patch->files.front().path.empty()) continue;
    if (auto written = patches->find_text(package.patch->key))
      package.patch->files.front().path = TRY(local_path(*written, patches->position()));
  }
  return {};
}

Result<Lockfile> place(InstanceGraph graph, const LayoutWish& wish, std::string_view store,
                       Diagnostics& diagnostics) {
  if (!wish.isolated) return place_hoisted(std::move(graph), diagnostics);
  return place_isolated(std::move(graph), {std::string(store), wish.hoist, wish.public_patterns},
                        diagnostics);
}

Result<Lockfile> read_pnpm(const FileSystem& files, const std::string& folder,
                           const std::string& name, std::string text,
                           const std::string& package_manager, bool hoist,
                           Diagnostics& diagnostics) {
  InstanceGraph graph = TRY(parse_pnpm_lockfile(std::move(text), name, diagnostics));
  const JsonDocument settings = TRY(read_yaml(files, folder, "pnpm-workspace.yaml"));
  TRY(find_patches(settings.root(), graph));
  LayoutWish wish;
  wish.public_patterns = default_public_hoist(graph.version, package_manager);
  read_npmrc(files, folder, wish);
  read_layout(settings.root(), "hoisted", wish);
  if (hoist) wish.isolated = false;
  return place(std::move(graph), wish, "node_modules/.pnpm", diagnostics);
}

// yarn 2 and later install for production as if there were no development dependencies, so these
// take no place from others. yarn 1 and npm let them.
void forget_development(InstanceGraph& graph) {
  for (PackageInstance& instance : graph.instances)
    for (size_t d = 0; d < instance.targets.size(); ++d)
      if (instance.package.dependencies[d].kind == DependencyKind::kDevelopment)
        instance.targets[d] = kNoInstance;
}

// With node_modules, yarn links every workspace there, whether the project asks for it or not.
void link_workspaces(InstanceGraph& graph) {
  PackageInstance& project = graph.instances.front();
  for (size_t i = 1; i < graph.instances.size(); ++i) {
    const LockedPackage& package = graph.instances[i].package;
    bool workspace = graph.instances[i].key.starts_with(package.name + "@workspace:");
    if (!workspace || std::ranges::find(project.package.dependencies, package.name,
                                        &Dependency::name) != project.package.dependencies.end())
      continue;
    project.package.dependencies.push_back(
        {package.name, "*", DependencyKind::kWorkspace, package.position});
    project.targets.push_back(i);
  }
}

Result<Lockfile> read_yarn(const FileSystem& files, const std::string& folder,
                           const std::string& name, std::string text,
                           std::span<const LocalManifest> manifests, const LayoutOptions& layout,
                           Diagnostics& diagnostics) {
  if (!is_berry_lockfile(text))
    return place_hoisted(TRY(parse_yarn_lockfile(std::move(text), name, manifests, diagnostics)),
                         diagnostics);
  const JsonDocument settings = TRY(read_yaml(files, folder, ".yarnrc.yml"));
  InstanceGraph graph = TRY(parse_berry_lockfile(std::move(text), name, manifests, diagnostics,
                                                 read_catalogs(settings.root())));
  // Plug'n'Play, yarn's default, lets nobody see what is not declared.
  LayoutWish wish{.isolated = true, .hoist = HoistedLinks::kNone};
  read_layout(settings.root(), "node-modules", wish);
  if (layout.hoist) wish.isolated = false;
  if (wish.isolated) {
    graph = TRY(with_peer_instances(graph));
  } else {
    if (!layout.with_development) forget_development(graph);
    link_workspaces(graph);
  }
  return place(std::move(graph), wish, "node_modules/.store", diagnostics);
}

Result<Lockfile> read_bun(const FileSystem& files, const std::string& folder,
                          const std::string& name, std::string text, bool hoist,
                          Diagnostics& diagnostics) {
  BunLockfile read = TRY(parse_bun_lockfile(std::move(text), name, diagnostics));
  bool isolated = read.isolated;
  // Of TOML only a key is needed that looks the same in an .npmrc.
  if (auto configuration = files.read(join_path(folder, "bunfig.toml"), kMaxConfiguration))
    for (const NpmrcEntry& entry : parse_npmrc(*configuration, {}))
      if (entry.key == "linker") isolated = entry.value == "isolated";
  if (!isolated || hoist) return std::move(read.lockfile);
  return place_isolated(TRY(with_peer_instances(instances_of(read.lockfile))),
                        {"node_modules/.bun", HoistedLinks::kAll}, diagnostics);
}

}  // namespace

Result<std::string> find_lockfile(const FileSystem& files, const std::string& folder,
                                  std::string_view package_manager, Diagnostics& diagnostics) {
  std::vector<const KnownLockfile*> found;
  for (const KnownLockfile& known : kKnown) {
    if (!exists(files, join_path(folder, known.name))) continue;
    if (found.empty() || found.back()->manager != known.manager) found.push_back(&known);
  }
  if (found.empty() && exists(files, join_path(folder, "bun.lockb")))
    return fail(input_error("lockfile-binary", "a binary lockfile of bun cannot be read")
                    .at({"bun.lockb", 0, 0})
                    .hinted("'bun install --save-text-lockfile' makes a bun.lock of it"));
  if (found.empty())
    return fail(
        input_error(
            "lockfile-missing",
            "there is no package-lock.json, pnpm-lock.yaml, yarn.lock or bun.lock in " + folder)
            .hinted("'npm install --package-lock-only' makes a package-lock.json"));
  const KnownLockfile* chosen = found.front();
  std::string_view manager = package_manager.substr(0, package_manager.find('@'));
  for (const KnownLockfile* known : found)
    if (known->manager == manager) chosen = known;
  for (const KnownLockfile* known : found)
    if (known != chosen)
      diagnostics.warning(input_error("lockfile-ignored", std::string(known->name) +
                                                              " is not read: " + chosen->name +
                                                              " is, and they can say different "
                                                              "things")
                              .at({known->name, 0, 0})
                              .hinted("\"packageManager\" in package.json chooses: \"" +
                                      std::string(known->manager) + "@...\""));
  return chosen->name;
}

Result<Lockfile> read_lockfile(const FileSystem& files, const std::string& folder,
                               const std::string& name, std::string text,
                               std::span<const LocalManifest> manifests,
                               const LayoutOptions& layout, Diagnostics& diagnostics) {
  if (name == "pnpm-lock.yaml")
    return read_pnpm(files, folder, name, std::move(text),
                     manifests.front().manifest->package_manager, layout.hoist, diagnostics);
  if (name == "yarn.lock")
    return read_yarn(files, folder, name, std::move(text), manifests, layout, diagnostics);
  if (name == "bun.lock")
    return read_bun(files, folder, name, std::move(text), layout.hoist, diagnostics);
  return parse_npm_lockfile(std::move(text), name, manifests.front().manifest, diagnostics);
}

}  // namespace ingot
