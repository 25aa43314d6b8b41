// lockfileVersion 1: "dependencies", a tree in the shape of node_modules, written by npm 5 and 6.
//
// An entry's "version" is a specification, "requires" are its edges, and the kinds of edges are not
// recorded: an optional package needed by one that is not is taken as an optional dependency, which
// is npm's own guess. Nothing is said about the project, peers, platforms or commands.
#include <map>
#include <set>

#include "lockfile/entry.h"
#include "lockfile/package_name.h"
#include "lockfile/semver.h"
#include "lockfile/specification.h"

namespace ingot {
namespace {

class TreeReader {
 public:
  TreeReader(Lockfile& lockfile, ErrorList& errors) : lockfile_(lockfile), errors_(errors) {}

  // Nesting is bounded by what base/json.h lets through.
  void read_level(const JsonCursor& owner, const std::string& location) {
    auto dependencies = owner.find("dependencies");
    if (!dependencies) return;
    if (!dependencies->is_object()) {
      errors_.add(input_error("lockfile-bad-field", "\"dependencies\" is not an object")
                      .at(dependencies->position()));
      return;
    }
    for (JsonCursor entry : *dependencies) {
      std::string path = location.empty() ? "node_modules/" : location + "/node_modules/";
      path += entry.key();
      if (is_known(entry, path)) continue;
      auto below = read_entry(entry, path);
      if (below)
        read_level(entry, *below);
      else
        errors_.add(std::move(below.error()));
    }
  }

 private:
  // Several links to one folder have what lies below it below each of them, so the same entry may
  // be there twice for one place.
  bool is_known(const JsonCursor& entry, const std::string& path) {
    std::string identity;
    for (std::string_view key : {"version", "resolved", "integrity"})
      identity += std::string(entry.find_text(key).value_or("")) + '\n';
    auto [known, added] = known_.emplace(path, identity);
    return !added && entry.is_object() && known->second == identity;
  }

  // Returns the folder in which the entry's own dependencies lie.
  Result<std::string> read_entry(const JsonCursor& entry, const std::string& path) {
    Place position = entry.position();
    TRY(check_install_path(path, position));
    if (!is_package_name(entry.key()))
      return fail(input_error("lockfile-bad-name",
                              json_quote(entry.key()) + " cannot be the name of a package")
                      .at(position));
    if (!entry.is_object())
      return fail(input_error("lockfile-not-object",
                              "the entry " + json_quote(entry.key()) + " is not an object")
                      .at(position));
    LockedPackage package;
    package.install_path = path;
    package.name = entry.key();
    package.position = position;
    package.dev = entry.find_true("dev");
    package.optional = entry.find_true("optional");
    read_requires(entry, package);
    TRY(read_version(entry, package));
    TRY(read_integrity(entry, package));
    if (package.source.kind == SourceKind::kDirectory) return add_link(std::move(package));
    lockfile_.packages.push_back(std::move(package));
    return path;
  }

  void read_requires(const JsonCursor& entry, LockedPackage& package) {
    auto edges = entry.find("requires");
    if (!edges || !edges->is_object()) return;
    for (JsonCursor edge : *edges) {
      if (edge.is_string() && is_package_name(edge.key())) {
        package.dependencies.push_back({std::string(edge.key()), std::string(edge.text()),
                                        DependencyKind::kProduction, edge.position()});
      } else {
        errors_.add(input_error(edge.is_string() ? "lockfile-bad-name" : "lockfile-bad-field",
                                "\"requires\" holds no sound dependency " + json_quote(edge.key()))
                        .at(edge.position()));
      }
    }
  }

  Status read_version(const JsonCursor& entry, LockedPackage& package) {
    auto written = entry.find("version");
    auto resolved = entry.find("resolved");
    std::string_view url = resolved && resolved->is_string() ? resolved->text() : "";
    if (entry.find_true("bundled") && is_inside_bundle(package.install_path)) {
      package.source.kind = SourceKind::kBundled;
      if (written && written->is_string()) package.version = written->text();
      return {};
    }
    // Addresses relative to the registry say no more than name and version do.
    if (parse_specification(url).kind != SpecificationKind::kInvalid && url.find(':') != url.npos)
      package.source = TRY(read_source(url, resolved->position()));
    if (!written) return {};
    if (!written->is_string())
      return fail(
          input_error("lockfile-bad-field", "\"version\" is not a string").at(written->position()));
    return read_specification(*written, package);
  }

  static Status read_specification(const JsonCursor& written, LockedPackage& package) {
    Specification version = parse_specification(written.text());
    switch (version.kind) {
      case SpecificationKind::kVersion:
        package.version = version.text;
        return {};
      case SpecificationKind::kAlias:
        package.name = version.name;
        package.version = version.text;
        if (Version::parse(package.version, SemverMode::kLoose)) return {};
        break;
      case SpecificationKind::kGit:
      case SpecificationKind::kFile:
      case SpecificationKind::kDirectory:
      case SpecificationKind::kRemote:
        package.source = TRY(read_source(written.text(), written.position()));
        package.version = version_in_file_name(package.source.location, package.name);
        return {};
      default:
        break;
    }
    return fail(input_error("lockfile-bad-version", json_quote(written.text()) + " is no version")
                    .at(written.position()));
  }

  // ".../name-1.2.3.tgz" -> "1.2.3": the only place where such an entry has its version.
  static std::string version_in_file_name(std::string_view location, std::string_view name) {
    if (!is_tarball_path(location)) return {};
    std::string_view file = location.substr(location.rfind('/') + 1);
    std::string prefix(name.substr(name.find('/') == name.npos ? 0 : name.find('/') + 1));
    prefix += '-';
    if (!file.starts_with(prefix) || !file.ends_with(".tgz")) return {};
    file = file.substr(prefix.size(), file.size() - prefix.size() - 4);
    return Version::parse(file, SemverMode::kLoose) ? std::string(file) : std::string();
  }

  // A folder of the user is two packages: the link, and the folder with the edges. Several links to
  // one folder share it.
  Result<std::string> add_link(LockedPackage package) {
    std::string target = package.source.location;
    TRY(check_install_path(target, package.position));
    LockedPackage folder = package;
    folder.install_path = target;
    folder.name = package.name;
    package.link_target = target;
    package.dependencies.clear();
    lockfile_.packages.push_back(std::move(package));
    if (!target.empty() && targets_.insert(target).second)
      lockfile_.packages.push_back(std::move(folder));
    return target;
  }

  Lockfile& lockfile_;
  ErrorList& errors_;
  std::set<std::string> targets_;
  std::map<std::string, std::string> known_;  // place -> what its entry says
};

void guess_kinds(Lockfile& lockfile) {
  for (LockedPackage& package : lockfile.packages) {
    if (package.install_path.empty()) continue;
    for (Dependency& dependency : package.dependencies) {
      const LockedPackage* target = lockfile.look_up(package.install_path, dependency.name);
      if (target != nullptr && target->optional && !package.optional)
        dependency.kind = DependencyKind::kOptional;
    }
  }
}

}  // namespace

void read_dependency_tree(const JsonCursor& root, const Manifest* project, Lockfile& lockfile,
                          ErrorList& errors) {
  auto dependencies = root.find("dependencies");
  bool any = dependencies && dependencies->is_object() && dependencies->size() > 0;
  if (any && !root.find("requires")) {
    errors.add(input_error("lockfile-ancient", "this lockfile does not say who needs what")
                   .at(dependencies->position())
                   .hinted("run `npm install --package-lock-only` with npm 7 or later"));
    return;
  }
  TreeReader(lockfile, errors).read_level(root, "");
  if (project != nullptr) {
    lockfile.packages.front().dependencies = project->dependencies;
    lockfile.packages.front().bundle_dependencies = project->bundle_dependencies;
    lockfile.workspaces = project->workspaces;
  }
  finish_packages(lockfile, errors);
  if (errors.empty()) guess_kinds(lockfile);
  add_workspace_dependencies(lockfile, lockfile.workspaces);
}

}  // namespace ingot
