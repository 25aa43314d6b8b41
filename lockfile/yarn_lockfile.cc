#include "lockfile/yarn_lockfile.h"

#include <algorithm>

#include "base/digest.h"
#include "base/file_system.h"
#include "lockfile/entry.h"
#include "lockfile/error_list.h"
#include "lockfile/package_name.h"
#include "lockfile/semver.h"
#include "lockfile/specification.h"
#include "lockfile/yarn_syntax.h"

namespace ingot {
namespace {

constexpr std::string_view kMend = "run `yarn install` and keep its result";

// "@scope/name@range" -> "@scope/name", "range".
std::pair<std::string_view, std::string_view> split_pattern(std::string_view pattern) {
  size_t at = pattern.find('@', 1);
  if (at == std::string_view::npos) return {pattern, {}};
  return {pattern.substr(0, at), pattern.substr(at + 1)};
}

class YarnReader {
 public:
  YarnReader(InstanceGraph& graph, std::span<const LocalManifest> manifests)
      : graph_(graph), manifests_(manifests) {}

  Status read(const std::vector<YarnEntry>& entries, Diagnostics& diagnostics) {
    for (const LocalManifest& local : manifests_) add_folder(local);
    for (const YarnEntry& entry : entries) add_entry(entry);
    for (size_t i = 0; i < manifests_.size(); ++i) connect_folder(i);
    for (size_t i = 0; i < entries.size(); ++i) connect_entry(entries[i]);
    return errors_.finish(diagnostics);
  }

 private:
  size_t add_instance(PackageInstance instance) {
    graph_.instances.push_back(std::move(instance));
    return graph_.instances.size() - 1;
  }

  void add_folder(const LocalManifest& local) {
    PackageInstance instance;
    const std::string& path = local.install_path;
    instance.key = path.empty() ? "." : path;
    instance.package.install_path = path;
    instance.package.name = local.manifest->name;
    instance.package.version = local.manifest->version;
    instance.package.source = {path.empty() ? SourceKind::kProject : SourceKind::kDirectory, path};
    instance.package.position = Place::whole_file(local.manifest->file);
    size_t index = add_instance(std::move(instance));
    folders_[path] = index;
    if (!path.empty() && !local.manifest->name.empty()) workspaces_[local.manifest->name] = index;
  }

  void add_entry(const YarnEntry& entry) {
    PackageInstance instance;
    instance.key = entry.patterns.front();
    instance.package.position = entry.position;
    size_t index = kNoInstance;
    if (auto status = read_entry(entry, instance); !status)
      errors_.add(std::move(status.error()));
    else if (instance.package.source.kind == SourceKind::kDirectory)
      index = folder_at(instance.package.source.location, instance.package);
    else
      index = add_instance(std::move(instance));
    for (const std::string& pattern : entry.patterns) by_pattern_[pattern] = index;
  }

  static Status read_entry(const YarnEntry& entry, PackageInstance& instance) {
    LockedPackage& package = instance.package;
    auto [name, range] = split_pattern(entry.patterns.front());
    // An alias: "alias@npm:real@^1".
    Specification asked = parse_specification(range);
    package.name = asked.kind == SpecificationKind::kAlias ? asked.name : std::string(name);
    if (!is_package_name(package.name) || !is_package_name(name))
      return fail(input_error("lockfile-bad-name",
                              json_quote(entry.patterns.front()) + " does not name a package")
                      .at(entry.position));
    if (auto version = entry.fields.find("version"); version != entry.fields.end())
      package.version = version->second;
    auto resolved = entry.fields.find("resolved");
    if (resolved != entry.fields.end())
      TRY(read_resolved(resolved->second, entry, package));
    else if (asked.kind == SpecificationKind::kDirectory || asked.kind == SpecificationKind::kLink)
      package.source = {SourceKind::kDirectory, TRY(local_path(asked.text, entry.position))};
    if (package.source.kind == SourceKind::kRegistry &&
        !Version::parse(package.version, SemverMode::kLoose))
      return fail(
          input_error("lockfile-bad-version", json_quote(package.version) + " is no version")
              .at(entry.position));
    return {};
  }

  // "https://…/a-1.0.0.tgz#<sha1>", "git+…#<commit>".
  static Status read_resolved(const std::string& resolved, const YarnEntry& entry,
                              LockedPackage& package) {
    std::string url = resolved.substr(0, resolved.find('#'));
    std::string fragment = url.size() < resolved.size() ? resolved.substr(url.size() + 1) : "";
    if (auto git = git_of_archive(url)) {
      package.source = TRY(read_source(*git, entry.position));
      return {};
    }
    if (parse_specification(resolved).kind == SpecificationKind::kGit) {
      package.source = TRY(read_source(resolved, entry.position));
      return {};
    }
    if (url.find("://") == std::string::npos && !url.starts_with("file:")) url = "file:" + url;
    package.source = TRY(read_source(url, entry.position));
    // Where a registry has a package is for the configuration to say, unless it is somewhere odd.
    if (url.ends_with(standard_tarball_path(package))) package.source.location.clear();
    std::string integrity;
    if (auto written = entry.fields.find("integrity"); written != entry.fields.end())
      integrity = written->second;
    if (fragment.size() == 40 && integrity.find("sha1-") == std::string::npos)
      if (auto bytes = from_hex(fragment)) integrity += " sha1-" + to_base64(*bytes);
    if (integrity.empty()) return {};
    auto parsed = Integrity::parse(integrity);
    if (!parsed) return fail(std::move(parsed.error()).at(entry.position));
    package.integrity = std::move(*parsed);
    return {};
  }

  static std::string standard_tarball_path(const LockedPackage& package) {
    std::string base = package.name.substr(package.name.find('/') + 1);
    return "/" + package.name + "/-/" + base + "-" + package.version + ".tgz";
  }

  size_t folder_at(const std::string& path, const LockedPackage& as) {
    auto [at, added] = folders_.emplace(path, graph_.instances.size());
    if (!added) return at->second;
    PackageInstance instance;
    instance.key = path;
    instance.package = as;
    instance.package.install_path = path;
    return add_instance(std::move(instance));
  }

  void connect_folder(size_t index) {
    const LocalManifest& local = manifests_[index];
    for (const Dependency& dependency : local.manifest->dependencies) {
      bool peer = dependency.kind == DependencyKind::kPeer ||
                  dependency.kind == DependencyKind::kOptionalPeer;
      if (!peer) connect(index, dependency, true);
    }
    // Workspaces are there for the project whether it asks for them or not.
    if (index == 0)
      for (auto [name, workspace] : workspaces_)
        if (local.manifest->find(name) == nullptr)
          add_edge(0, {name, "*", DependencyKind::kWorkspace, {}}, workspace);
  }

  void connect_entry(const YarnEntry& entry) {
    size_t index = by_pattern_[entry.patterns.front()];
    if (index == kNoInstance || index < manifests_.size()) return;
    auto optional = [&](const YarnDependency& dependency) {
      return std::ranges::find(entry.optional_dependencies, dependency.name,
                               &YarnDependency::name) != entry.optional_dependencies.end();
    };
    for (const YarnDependency& dependency : entry.dependencies)
      if (!optional(dependency))
        connect(
            index,
            {dependency.name, dependency.range, DependencyKind::kProduction, dependency.position},
            false);
    for (const YarnDependency& dependency : entry.optional_dependencies)
      connect(index,
              {dependency.name, dependency.range, DependencyKind::kOptional, dependency.position},
              false);
  }

  void add_edge(size_t from, Dependency dependency, size_t target) {
    graph_.instances[from].package.dependencies.push_back(std::move(dependency));
    graph_.instances[from].targets.push_back(target);
  }

  void connect(size_t from, const Dependency& dependency, bool own) {
    if (!is_package_name(dependency.name)) {
      errors_.add(input_error("lockfile-bad-name",
                              json_quote(dependency.name) + " cannot be the name of a package")
                      .at(dependency.position));
      return;
    }
    size_t target = find_target(from, dependency);
    if (target == kNoInstance && own && dependency.kind != DependencyKind::kOptional) {
      errors_.add(input_error("drift-missing", "package.json asks for " + dependency.name + "@" +
                                                   dependency.range +
                                                   ", which is not in the lockfile")
                      .at(dependency.position)
                      .hinted(std::string(kMend)));
      return;
    }
    add_edge(from, dependency, target);
  }

  size_t find_target(size_t from, const Dependency& dependency) {
    auto workspace = workspaces_.find(dependency.name);
    if (workspace != workspaces_.end() && fits_workspace(workspace->second, dependency.range))
      return workspace->second;
    auto at = by_pattern_.find(dependency.name + "@" + dependency.range);
    // "name" alone stands for "name@".
    if (at == by_pattern_.end() && dependency.range.empty()) at = by_pattern_.find(dependency.name);
    if (at != by_pattern_.end()) return at->second;
    Specification asked = parse_specification(dependency.range);
    if (asked.kind != SpecificationKind::kLink && asked.kind != SpecificationKind::kDirectory)
      return kNoInstance;
    const std::string& base = graph_.instances[from].package.install_path;
    auto path = local_path(join_path(base, asked.text), dependency.position);
    if (!path) {
      errors_.add(std::move(path.error()));
      return kNoInstance;
    }
    LockedPackage folder;
    folder.name = dependency.name;
    folder.source = {SourceKind::kDirectory, *path};
    folder.position = dependency.position;
    return folder_at(*path, folder);
  }

  bool fits_workspace(size_t workspace, const std::string& range) const {
    Specification asked = parse_specification(range);
    if (asked.kind == SpecificationKind::kWorkspace) return true;
    if (asked.kind != SpecificationKind::kVersion && asked.kind != SpecificationKind::kRange)
      return false;
    const std::string& version = graph_.instances[workspace].package.version;
    return range == "*" || range.empty() || satisfies(version, range, {SemverMode::kLoose});
  }

  InstanceGraph& graph_;
  std::span<const LocalManifest> manifests_;
  ErrorList errors_;
  std::map<std::string, size_t> folders_;     // by path
  std::map<std::string, size_t> workspaces_;  // by name
  std::map<std::string, size_t> by_pattern_;
};

}  // namespace

bool is_berry_lockfile(std::string_view text) {
  return text.starts_with("__metadata:") || text.find("\n__metadata:") != std::string_view::npos;
}

Result<InstanceGraph> parse_yarn_lockfile(std::string text, std::string name,
                                          std::span<const LocalManifest> manifests,
                                          Diagnostics& diagnostics) {
  TRY(refuse_conflicts(text, name, "yarn install"));
  if (is_berry_lockfile(text))
    return fail(
        input_error("lockfile-is-berry", "this is a lockfile of yarn 2 or later").at({name, 0, 0}));
  std::vector<YarnEntry> entries = TRY(parse_yarn_syntax(text, name));
  InstanceGraph graph;
  graph.kind = LockfileKind::kYarnClassic;
  graph.version = "1";
  graph.name = std::move(name);
  TRY(YarnReader(graph, manifests).read(entries, diagnostics));
  return graph;
}

}  // namespace ingot
