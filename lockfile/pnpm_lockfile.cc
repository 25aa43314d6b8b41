#include "lockfile/pnpm_lockfile.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/file_system.h"
#include "base/yaml.h"
#include "lockfile/entry.h"
#include "lockfile/error_list.h"
#include "lockfile/manifest.h"
#include "lockfile/manifest_fields.h"
#include "lockfile/package_name.h"
#include "lockfile/pnpm_key.h"
#include "lockfile/semver.h"

namespace ingot {
namespace {

struct DependencyGroup {
  std::string_view key;
  DependencyKind kind;
};
// In the order in which a name in several of them counts.
constexpr DependencyGroup kGroups[] = {{"optionalDependencies", DependencyKind::kOptional},
                                       {"dependencies", DependencyKind::kProduction},
                                       {"devDependencies", DependencyKind::kDevelopment}};

Error bad_field(const JsonCursor& value, std::string_view what) {
  return input_error("lockfile-bad-field", std::string(what)).at(value.position());
}

class PnpmReader {
 public:
  PnpmReader(const JsonCursor& root, PnpmKeys keys, InstanceGraph& graph)
      : root_(root), keys_(keys), graph_(graph) {}

  Status read(Diagnostics& diagnostics) {
    read_overrides();
    read_patches();
    read_importers();
    read_packages();
    for (size_t i = 0; i < graph_.instances.size(); ++i) connect(i);
    for (const auto& [runtime, position] : runtimes_)
      diagnostics.warning(
          input_error("lockfile-runtime", "the lockfile has the runtime " + runtime +
                                              ", which is no package and is not carried: "
                                              "executables have their own")
              .at(position));
    return errors_.finish(diagnostics);
  }

 private:
  // What an instance depends on, as written; connected once all instances are known.
  struct Reference {
    std::string text;
    Place position;
  };

  void read_overrides() {
    auto overrides = root_.find("overrides");
    if (!overrides || !overrides->is_object()) return;
    // "a>b@^1" is about b.
    for (JsonCursor rule : *overrides) {
      std::string_view name = rule.key();
      if (size_t parent = name.rfind('>'); parent != std::string_view::npos)
        name.remove_prefix(parent + 1);
      graph_.overridden.emplace_back(name.substr(0, name.find('@', 1)));
    }
  }

  void read_patches() {
    auto patches = root_.find("patchedDependencies");
    if (!patches || !patches->is_object()) return;
    for (JsonCursor patch : *patches) {
      if (patch.is_string() && !patch.text().empty()) {
        add_patch(patch.key(), "", patch.text());
        continue;
      }
      auto hash = patch.find_text("hash"), path = patch.find_text("path");
      auto local = path ? local_path(*path, patch.position()) : Result<std::string>(std::string());
      if (!hash || !local || local->empty())
        errors_.add(input_error("lockfile-patch", "this patch has no file or no hash")
                        .at(patch.position()));
      else
        add_patch(patch.key(), *local, *hash);
    }
  }

  // "name@version", or, from pnpm 9 on, "name", which then need not fit, and "name@range".
  void add_patch(std::string_view key, const std::string& path, std::string_view hash) {
    bool of_all = key.find('@', 1) == std::string_view::npos;
    patches_[std::string(key)] = {
        {{path, of_all && keys_ == PnpmKeys::kAt}}, std::string(hash), std::string(key)};
  }

  Status find_patch(LockedPackage& package) const {
    auto take = [&](const std::string& key) {
      auto at = patches_.find(key);
      if (at == patches_.end()) return false;
      package.patch = at->second;
      return true;
    };
    if (take(package.name + "@" + package.version)) return {};
    const std::string prefix = package.name + "@";
    for (auto at = patches_.lower_bound(prefix);
         at != patches_.end() && at->first.starts_with(prefix); ++at) {
      if (!satisfies(package.version, std::string_view(at->first).substr(prefix.size()))) continue;
      if (package.patch)
        return fail(input_error("lockfile-patch", "two ranges of \"patchedDependencies\" have " +
                                                      package.name + "@" + package.version + ": " +
                                                      package.patch->key + ", " + at->first)
                        .at(package.position));
      package.patch = at->second;
    }
    if (!package.patch) take(package.name);
    return {};
  }

  void read_importers() {
    auto importers = root_.find("importers");
    if (!importers) {
      read_importer("", root_);
      return;
    }
    if (!importers->is_object()) {
      errors_.add(bad_field(*importers, "\"importers\" is not a map"));
      return;
    }
    // The project is the first, whatever the order of the file.
    if (auto project = importers->find("."))
      read_importer("", *project);
    else
      add_folder("", importers->position());
    for (JsonCursor importer : *importers) {
      if (importer.key() == ".") continue;
      auto path = local_path(importer.key(), importer.position());
      if (!path)
        errors_.add(std::move(path.error()));
      else {
        graph_.workspaces.push_back(*path);
        read_importer(*path, importer);
      }
    }
  }

  size_t add_folder(const std::string& path, const Place& position) {
    auto [at, added] = folders_.emplace(path, graph_.instances.size());
    if (!added) return at->second;
    PackageInstance instance;
    instance.key = path.empty() ? "." : path;
    instance.package.install_path = path;
    instance.package.name = name_of_install_path(path);
    instance.package.source = {path.empty() ? SourceKind::kProject : SourceKind::kDirectory, path};
    instance.package.position = position;
    graph_.instances.push_back(std::move(instance));
    references_.emplace_back();
    return at->second;
  }

  void read_importer(const std::string& path, const JsonCursor& importer) {
    size_t index = add_folder(path, importer.position());
    auto specifiers = importer.find("specifiers");
    std::set<std::string_view> taken;
    for (const DependencyGroup& group : kGroups) {
      auto dependencies = importer.find(group.key);
      if (!dependencies || !dependencies->is_object()) continue;
      for (JsonCursor dependency : *dependencies) {
        if (!taken.insert(dependency.key()).second) continue;
        auto version = dependency.is_string() ? dependency : dependency.find("version");
        auto range = dependency.find_text("specifier");
        if (!range && specifiers) range = specifiers->find_text(dependency.key());
        if (!version) {
          errors_.add(bad_field(dependency, "this dependency has no version"));
          continue;
        }
        add_dependency(index, dependency.key(), range.value_or(version->text()), group.kind,
                       *version);
      }
    }
  }

  void add_dependency(size_t from, std::string_view name, std::string_view range,
                      DependencyKind kind, const JsonCursor& reference) {
    LockedPackage& package = graph_.instances[from].package;
    if (is_runtime(reference.text())) {
      runtimes_.emplace(std::string(name) + " " +
                            std::string(reference.text().substr(reference.text().find(':') + 1)),
                        reference.position());
      return;
    }
    if (!is_package_name(name)) {
      errors_.add(
          input_error("lockfile-bad-name", json_quote(name) + " cannot be the name of a package")
              .at(reference.position()));
      return;
    }
    package.dependencies.push_back(
        {std::string(name), std::string(range), kind, reference.position()});
    references_[from].push_back({std::string(reference.text()), reference.position()});
  }

  void read_packages() {
    auto packages = root_.find("packages");
    if (!packages || !packages->is_object()) return;
    set_memory_aside(packages->size());
    if (keys_ != PnpmKeys::kAt) {
      for (JsonCursor entry : *packages) read_package(entry.key(), entry, entry);
      return;
    }
    std::unordered_map<std::string_view, JsonCursor> facts;
    facts.reserve(packages->size());
    for (JsonCursor entry : *packages) facts.emplace(entry.key(), entry);
    auto snapshots = root_.find("snapshots");
    if (!snapshots || !snapshots->is_object()) return;
    set_memory_aside(snapshots->size());
    for (JsonCursor snapshot : *snapshots) {
      auto found = facts.find(without_suffix(snapshot.key()));
      if (found == facts.end())
        wrong_[std::string(snapshot.key())] =
            input_error("lockfile-dangling", "this snapshot has no entry in \"packages\"")
                .at(snapshot.position());
      else
        read_package(snapshot.key(), found->second, snapshot);
    }
  }

  void set_memory_aside(size_t packages) {
    packages = std::min(packages, kMostSetAside);
    graph_.instances.reserve(graph_.instances.size() + packages);
    references_.reserve(references_.size() + packages);
    by_key_.reserve(packages);
  }

  // `facts` is what holds for the package, `snapshot` what holds for this choice of peers.
  void read_package(std::string_view key, const JsonCursor& facts, const JsonCursor& snapshot) {
    PackageInstance instance;
    instance.package.position = facts.position();
    if (auto status = read_package_into(key, facts, instance); !status) {
      wrong_[std::string(key)] = std::move(status.error());
      return;
    }
    size_t index;
    if (instance.package.source.kind == SourceKind::kDirectory) {
      index = add_folder(instance.package.source.location, facts.position());
      graph_.instances[index].package.name = instance.package.name;
    } else {
      index = graph_.instances.size();
      graph_.instances.push_back(std::move(instance));
      references_.emplace_back();
    }
    by_key_[key] = index;
    std::set<std::string_view> taken;
    for (const DependencyGroup& group : kGroups) {
      auto dependencies = snapshot.find(group.key);
      if (group.kind == DependencyKind::kDevelopment || !dependencies || !dependencies->is_object())
        continue;
      for (JsonCursor dependency : *dependencies) {
        if (taken.contains(dependency.key())) continue;
        if (group.kind == DependencyKind::kOptional) taken.insert(dependency.key());
        add_dependency(index, dependency.key(), dependency.text(), group.kind, dependency);
      }
    }
  }

  Status read_package_into(std::string_view key, const JsonCursor& facts,
                           PackageInstance& instance) {
    LockedPackage& package = instance.package;
    PnpmName parts = parse_pnpm_key(keys_, key);
    package.name = facts.find_text("name").value_or(parts.name);
    package.version = facts.find_text("version").value_or(parts.version);
    if (!is_package_name(package.name))
      return fail(input_error("lockfile-bad-name", json_quote(key) + " does not name a package")
                      .at(package.position));
    instance.key = package.name + "@" + std::string(parts.version) + std::string(parts.suffix);
    TRY(read_resolution(facts, package));
    if (!Version::parse(package.version, SemverMode::kLoose) &&
        package.source.kind == SourceKind::kRegistry)
      return fail(
          input_error("lockfile-bad-version", json_quote(package.version) + " is no version")
              .at(package.position));
    if (package.source.kind == SourceKind::kDirectory) package.version.clear();
    package.platform = read_platform(facts);
    package.engines_node = read_engines_node(facts);
    package.bundle_dependencies = read_strings(facts, "bundledDependencies");
    package.has_install_script = facts.find_text("requiresBuild") == "true";
    package.dev = facts.find_text("dev") == "true";
    package.optional = facts.find_text("optional") == "true";
    return find_patch(package);
  }

  Status read_resolution(const JsonCursor& facts, LockedPackage& package) {
    auto resolution = facts.find("resolution");
    if (!resolution || !resolution->is_object())
      return fail(input_error("lockfile-source", "nothing says where this package comes from")
                      .at(facts.position()));
    std::string_view type = resolution->find_text("type").value_or("");
    // "path" is of a package that is a folder of a repository; `read_source` has what to say.
    std::string subfolder;
    if (auto path = resolution->find_text("path")) subfolder = "::path:" + std::string(*path);
    if (type == "directory") {
      package.source = {
          SourceKind::kDirectory,
          TRY(local_path(resolution->find_text("directory").value_or(""), resolution->position()))};
      return {};
    }
    if (type == "git") {
      std::string url(resolution->find_text("repo").value_or(""));
      if (url.find("://") != std::string::npos && !url.starts_with("git")) url = "git+" + url;
      url += "#" + std::string(resolution->find_text("commit").value_or("")) + subfolder;
      package.source = TRY(read_source(url, resolution->position()));
      return {};
    }
    if (!type.empty())
      return fail(input_error("lockfile-source",
                              "packages of the kind " + json_quote(type) + " are not known here")
                      .at(resolution->position()));
    package.source.kind = SourceKind::kRegistry;
    if (auto tarball = resolution->find_text("tarball")) {
      auto git = git_of_archive(*tarball);
      package.source =
          TRY(read_source(git ? *git + subfolder : std::string(*tarball), resolution->position()));
    }
    return read_integrity(*resolution, package);
  }

  void connect(size_t from) {
    // `add_folder` may move the instances, so nothing is kept by reference here.
    std::string base = graph_.instances[from].package.install_path;
    for (size_t d = 0; d < references_[from].size(); ++d) {
      Reference reference = references_[from][d];
      size_t target =
          find_target(base, graph_.instances[from].package.dependencies[d].name, reference);
      graph_.instances[from].targets.push_back(target);
    }
  }

  size_t find_target(const std::string& base, const std::string& name, const Reference& reference) {
    auto key = pnpm_key_of(keys_, name, reference.text);
    if (!key) {
      auto path = local_path(
          base.empty() ? reference.text.substr(5) : base + "/" + reference.text.substr(5),
          reference.position);
      if (path) return add_folder(*path, reference.position);
      errors_.add(std::move(path.error()));
      return kNoInstance;
    }
    if (auto at = by_key_.find(*key); at != by_key_.end()) return at->second;
    if (auto at = wrong_.find(*key); at != wrong_.end()) errors_.add(at->second);
    return kNoInstance;
  }

  const JsonCursor& root_;
  PnpmKeys keys_;
  InstanceGraph& graph_;
  ErrorList errors_;
  std::map<std::string, size_t> folders_;                // by path
  std::unordered_map<std::string_view, size_t> by_key_;  // of the document; only looked up
  std::map<std::string, Error> wrong_;                   // entries that cannot be read, by key
  std::map<std::string, PackagePatch> patches_;
  std::map<std::string, Position> runtimes_;        // that somebody asks for: "node 24.4.1"
  std::vector<std::vector<Reference>> references_;  // of each instance
};

Result<PnpmKeys> read_version(const JsonCursor& root, std::string& version) {
  auto written = root.find("lockfileVersion");
  if (written) version = written->text();
  std::string_view major = std::string_view(version).substr(0, version.find('.'));
  if (major == "5") return PnpmKeys::kSlash;
  if (major == "6") return PnpmKeys::kSlashAt;
  if (major == "9") return PnpmKeys::kAt;
  return fail(
      input_error("lockfile-version",
                  "lockfileVersion " + (version.empty() ? "none" : version) + " is not known here")
          .at(written ? written->position() : root.position())
          .hinted("5.x, 6.x and 9.0 are; pnpm 9 and 10 write 9.0"));
}

// Blanks out the document that newer pnpm puts in front, so that lines keep their numbers.
void skip_environment_document(std::string& text) {
  if (!text.starts_with("---\n") && !text.starts_with("---\r\n")) return;
  size_t end = std::min(text.find("\n---\n", 3), text.find("\n---\r\n", 3));
  if (end == std::string::npos) return;
  for (size_t i = 0; i < end + 4; ++i)
    if (text[i] != '\n') text[i] = ' ';
}

}  // namespace

Result<InstanceGraph> parse_pnpm_lockfile(std::string text, std::string name,
                                          Diagnostics& diagnostics) {
  TRY(refuse_conflicts(text, name, "pnpm install --lockfile-only"));
  skip_environment_document(text);
  JsonDocument document = TRY(parse_yaml(std::move(text), name));
  JsonCursor root = document.root();
  if (!root.is_object())
    return fail(input_error("lockfile-not-object", "a pnpm lockfile is a map").at(root.position()));
  InstanceGraph graph;
  graph.kind = LockfileKind::kPnpm;
  graph.name = std::move(name);
  PnpmKeys keys = TRY(read_version(root, graph.version));
  TRY(PnpmReader(root, keys, graph).read(diagnostics));
  return graph;
}

}  // namespace ingot
