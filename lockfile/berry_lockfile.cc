#include "lockfile/berry_lockfile.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/yaml.h"
#include "lockfile/berry_reference.h"
#include "lockfile/entry.h"
#include "lockfile/error_list.h"
#include "lockfile/manifest_fields.h"
#include "lockfile/package_name.h"
#include "lockfile/resolutions.h"
#include "lockfile/semver.h"

namespace ingot {
namespace {

// Patches of patches: nobody has more than one or two.
constexpr size_t kMaxPatches = 16;

class BerryReader {
 public:
  BerryReader(const JsonCursor& root, InstanceGraph& graph,
              std::span<const LocalManifest> manifests, const BerryCatalogs& catalogs)
      : root_(root), graph_(graph), catalogs_(catalogs) {
    if (auto metadata = root.find("__metadata"))
      cache_key_ = metadata->find_text("cacheKey").value_or("");
    for (const LocalManifest& local : manifests) manifests_[local.install_path] = local.manifest;
    if (manifests_.contains("")) resolutions_ = Resolutions(manifests_[""]->resolutions);
    graph_.overridden = resolutions_.names();
  }

  Status read(Diagnostics& diagnostics) {
    for (JsonCursor entry : root_)
      if (auto locator = entry.find_text("resolution"); locator && entry.key() != "__metadata")
        by_locator_.emplace(*locator, entry);
    // The project first, then folders, then the rest.
    for (int pass : {0, 1, 2, 3, 4})
      for (JsonCursor entry : root_)
        if (entry.key() != "__metadata" && pass_of(entry) == pass) add_entry(entry);
    if (graph_.instances.empty() || !graph_.instances[0].package.install_path.empty())
      add_project();
    for (size_t i = 0; i < graph_.instances.size(); ++i) connect(i);
    return errors_.finish(diagnostics);
  }

 private:
  static int pass_of(const JsonCursor& entry) {
    std::string_view reference =
        parse_berry_identifier(entry.find_text("resolution").value_or("")).range;
    if (reference == "workspace:.") return 0;
    int pass = 1;
    for (std::string_view protocol : {"workspace:", "portal:", "link:"}) {
      if (reference.starts_with(protocol)) return pass;
      ++pass;
    }
    return pass;
  }

  // A lockfile of nothing but packages: a test's, or a broken one.
  void add_project() {
    PackageInstance project;
    project.key = ".";
    project.package.source.kind = SourceKind::kProject;
    project.package.position = root_.position();
    graph_.instances.insert(graph_.instances.begin(), std::move(project));
    entries_.insert(entries_.begin(), std::nullopt);
    for (auto& [descriptor, index] : by_descriptor_)
      if (index != kNoInstance) ++index;
    for (auto& [binding, index] : by_binding_)
      if (index != kNoInstance) ++index;
  }

  void add_entry(const JsonCursor& entry) {
    PackageInstance instance;
    instance.package.position = entry.position();
    size_t index = kNoInstance;
    auto status = read_entry(entry, instance);
    if (status) index = add_instance(std::move(instance), entry);
    for (std::string_view keys = entry.key(); !keys.empty();) {
      size_t end = keys.find(", ");
      std::string descriptor(keys.substr(0, end));
      keys.remove_prefix(end == std::string_view::npos ? keys.size() : end + 2);
      if (!descriptors_.insert(descriptor).second)
        errors_.add(input_error("lockfile-descriptor-twice",
                                json_quote(descriptor) + " is the key of two entries")
                        .at(entry.position()));
      std::string plain(without_parameters(descriptor));
      std::pair binding(plain, berry_parameter(descriptor, "locator"));
      if (!status) wrong_.emplace(binding, status.error());
      by_binding_[std::move(binding)] = index;
      size_t& any = by_descriptor_.emplace(std::move(plain), kNoInstance).first->second;
      if (index != kNoInstance) any = index;
    }
  }

  // A folder may be linked to by several names, and be a workspace as well: it is one instance, of
  // the entry that says most about it.
  size_t add_instance(PackageInstance instance, const JsonCursor& entry) {
    size_t index = graph_.instances.size();
    if (instance.package.is_local()) {
      auto [known, added] = folders_.emplace(instance.package.install_path, index);
      if (!added) return known->second;
    }
    graph_.instances.push_back(std::move(instance));
    entries_.emplace_back(entry);
    return index;
  }

  Status read_entry(const JsonCursor& entry, PackageInstance& instance) {
    LockedPackage& package = instance.package;
    std::string_view locator = entry.find_text("resolution").value_or("");
    BerryIdentifier id = parse_berry_identifier(locator);
    if (!is_package_name(id.name))
      return fail(input_error("lockfile-bad-name", json_quote(locator) + " names no package")
                      .at(entry.position()));
    instance.key = locator;
    package.name = id.name;
    package.version = entry.find_text("version").value_or("");
    TRY(read_where_from(entry, id.range, package));
    if (package.source.kind == SourceKind::kDirectory) {
      package.install_path = package.source.location;
      if (package.install_path.empty()) package.source.kind = SourceKind::kProject;
      package.version.clear();
    } else if (package.source.kind == SourceKind::kRegistry &&
               !Version::parse(package.version, SemverMode::kLoose)) {
      return fail(
          input_error("lockfile-bad-version", json_quote(package.version) + " is no version")
              .at(entry.position()));
    }
    package.platform = parse_berry_conditions(entry.find_text("conditions").value_or(""));
    package.bin = read_bin(entry, package.name);
    if (auto peers = entry.find("peerDependencies"); peers && peers->is_object())
      for (JsonCursor peer : *peers) instance.peers.emplace_back(peer.key());
    return {};
  }

  Status read_where_from(const JsonCursor& entry, std::string_view reference,
                         LockedPackage& package, size_t depth = 0) {
    auto patch = parse_berry_patch(reference);
    if (!patch) {
      package.source = TRY(berry_source(reference, entry.position()));
      read_checksum(entry, package);
      return {};
    }
    // The checksum is of what the patch made; the original has an entry with one of its own.
    auto original = by_locator_.find(patch->source);
    if (original == by_locator_.end())
      return fail(input_error("lockfile-dangling", "what is patched here, " +
                                                       json_quote(patch->source) + ", has no entry")
                      .at(entry.position()));
    if (depth == kMaxPatches)
      return fail(
          input_error("lockfile-patch", "too many patches of patches").at(entry.position()));
    TRY(read_where_from(original->second, parse_berry_identifier(patch->source).range, package,
                        depth + 1));
    for (const PackagePatch::File& written : patch->files) {
      std::string path = TRY(local_path(written.path, entry.position()));
      if (!package.patch) package.patch.emplace();
      package.patch->files.push_back({std::move(path), written.optional});
      package.patch->digest = patch->hash;
    }
    return {};
  }

  // "10c0/<sha512>", or only the digest when the whole file has one cache key.
  void read_checksum(const JsonCursor& entry, LockedPackage& package) const {
    auto written = entry.find_text("checksum");
    bool counts = package.source.kind == SourceKind::kRegistry ||
                  package.source.kind == SourceKind::kRemoteTarball ||
                  package.source.kind == SourceKind::kLocalTarball;
    if (!written || !counts) return;
    size_t slash = written->find('/');
    std::string key =
        slash == std::string_view::npos ? cache_key_ : std::string(written->substr(0, slash));
    std::string_view digest =
        slash == std::string_view::npos ? *written : written->substr(slash + 1);
    package.archive_checksum = ArchiveChecksum{std::move(key), std::string(digest)};
  }

  void connect(size_t from) {
    if (!entries_[from]) return;
    const JsonCursor& entry = *entries_[from];
    auto dependencies = entry.find("dependencies");
    auto manifest = manifests_.find(graph_.instances[from].package.install_path);
    bool is_folder = graph_.instances[from].package.is_local();
    if (!dependencies || !dependencies->is_object()) return;
    auto meta = entry.find("dependenciesMeta");
    for (JsonCursor dependency : *dependencies) {
      Dependency edge{std::string(dependency.key()), std::string(dependency.text()),
                      DependencyKind::kProduction, dependency.position()};
      if (meta)
        if (auto about = meta->find(edge.name); about && about->find_text("optional") == "true")
          edge.kind = DependencyKind::kOptional;
      size_t target = find_target(graph_.instances[from], edge);
      // A workspace's entry does not say what is for development only; its manifest does.
      if (is_folder && manifest != manifests_.end())
        if (const Dependency* own = manifest->second->find(edge.name)) take_kind(*own, edge);
      graph_.instances[from].package.dependencies.push_back(std::move(edge));
      graph_.instances[from].targets.push_back(target);
    }
  }

  static void take_kind(const Dependency& own, Dependency& edge) {
    bool peer = own.kind == DependencyKind::kPeer || own.kind == DependencyKind::kOptionalPeer;
    if (!peer) edge.kind = own.kind;
    if (edge.range == own.range || edge.range == "npm:" + own.range) edge.range = own.range;
  }

  std::string without_catalog(const Dependency& dependency) const {
    constexpr std::string_view kProtocol = "catalog:";
    if (!dependency.range.starts_with(kProtocol)) return dependency.range;
    auto catalog = catalogs_.find(dependency.range.substr(kProtocol.size()));
    if (catalog == catalogs_.end()) return dependency.range;
    auto range = catalog->second.find(dependency.name);
    return range == catalog->second.end() ? dependency.range : range->second;
  }

  size_t find_target(const PackageInstance& parent, const Dependency& dependency) {
    std::string range = without_catalog(dependency);
    std::string_view reference = parse_berry_identifier(parent.key).range;
    if (auto instead = resolutions_.find(parent.package.name, reference, dependency.name, range))
      range = *instead;
    for (const std::string& wanted :
         {dependency.name + "@" + range, dependency.name + "@npm:" + range}) {
      std::string plain(without_parameters(wanted));
      auto bound = by_binding_.find({plain, parent.key});
      auto any = by_descriptor_.find(plain);
      if (any == by_descriptor_.end()) continue;
      size_t index = bound == by_binding_.end() ? any->second : bound->second;
      if (index == kNoInstance)
        errors_.add(
            wrong_.lower_bound({plain, bound == by_binding_.end() ? "" : parent.key})->second);
      return index;
    }
    return kNoInstance;
  }

  const JsonCursor& root_;
  InstanceGraph& graph_;
  const BerryCatalogs& catalogs_;
  ErrorList errors_;
  std::string cache_key_;
  Resolutions resolutions_;
  std::map<std::string, const Manifest*> manifests_;  // by folder
  std::map<std::string, JsonCursor, std::less<>> by_locator_;
  std::set<std::string> descriptors_;            // as written
  std::map<std::string, size_t> by_descriptor_;  // without parameters
  // Descriptors with paths are bound to who asks: without parameters, and the locator of that one.
  std::map<std::pair<std::string, std::string>, size_t> by_binding_;
  std::map<std::pair<std::string, std::string>, Error> wrong_;  // entries that cannot be read
  std::map<std::string, size_t> folders_;           // instances that are folders, by path
  std::vector<std::optional<JsonCursor>> entries_;  // of each instance
};

}  // namespace

Result<InstanceGraph> parse_berry_lockfile(std::string text, std::string name,
                                           std::span<const LocalManifest> manifests,
                                           Diagnostics& diagnostics,
                                           const BerryCatalogs& catalogs) {
  TRY(refuse_conflicts(text, name, "yarn install"));
  JsonDocument document = TRY(parse_yaml(std::move(text), name));
  JsonCursor root = document.root();
  auto metadata = root.find("__metadata");
  if (!metadata)
    return fail(input_error("lockfile-not-object", "a lockfile of yarn 2 has \"__metadata\"")
                    .at(root.position()));
  InstanceGraph graph;
  graph.kind = LockfileKind::kYarnBerry;
  graph.name = std::move(name);
  graph.version = metadata->find_text("version").value_or("");
  constexpr std::string_view kKnown[] = {"4", "5", "6", "7", "8", "9", "10"};
  if (std::ranges::find(kKnown, graph.version) == std::end(kKnown))
    return fail(input_error("lockfile-version",
                            "version " + (graph.version.empty() ? "none" : graph.version) +
                                " is not known here")
                    .at(metadata->position())
                    .hinted("4 to 10 are; yarn 4 writes 8 or 10"));
  TRY(BerryReader(root, graph, manifests, catalogs).read(diagnostics));
  return graph;
}

}  // namespace ingot
