#include "lockfile/npm_lockfile.h"

#include <algorithm>

#include "lockfile/entry.h"
#include "lockfile/manifest_fields.h"
#include "lockfile/package_name.h"
#include "lockfile/semver.h"

namespace ingot {
namespace {

// lockfileVersion 2 and 3: "packages", a map from place to package.
class EntryReader {
 public:
  EntryReader(Lockfile& lockfile, ErrorList& errors) : lockfile_(lockfile), errors_(errors) {}

  void read(const JsonCursor& entry) {
    LockedPackage& package = lockfile_.packages.emplace_back();
    package.position = entry.position();
    auto status = read_into(entry, package);
    if (status) return;
    errors_.add(std::move(status.error()));
    lockfile_.packages.pop_back();
  }

 private:
  Status read_into(const JsonCursor& entry, LockedPackage& package) {
    TRY(check_install_path(entry.key(), package.position));
    if (!entry.is_object())
      return fail(input_error("lockfile-not-object",
                              "the entry " + json_quote(entry.key()) + " is not an object")
                      .at(package.position));
    package.install_path = entry.key();
    TRY(read_names(entry, package));
    TRY(read_where_from(entry, package));
    TRY(read_integrity(entry, package));
    TRY(check_version(entry, package));
    read_flags(entry, package);
    if (!package.is_link()) read_edges(entry, package);
    return {};
  }

  static Result<std::string> text_member(const JsonCursor& entry, std::string_view key) {
    auto member = entry.find(key);
    if (!member || member->is_null()) return std::string();
    if (!member->is_string())
      return fail(input_error("lockfile-bad-field", "\"" + std::string(key) + "\" is not a string")
                      .at(member->position()));
    return std::string(member->text());
  }

  static Status read_names(const JsonCursor& entry, LockedPackage& package) {
    package.name = TRY(text_member(entry, "name"));
    package.version = TRY(text_member(entry, "version"));
    if (package.name.empty()) package.name = name_of_install_path(package.install_path);
    if (is_in_node_modules(package.install_path) && !is_package_name(package.name))
      return fail(input_error("lockfile-bad-name",
                              json_quote(package.name) + " cannot be the name of a package")
                      .at(entry.find("name")->position()));
    return {};
  }

  static Status read_where_from(const JsonCursor& entry, LockedPackage& package) {
    std::string resolved = TRY(text_member(entry, "resolved"));
    auto written = entry.find("resolved");
    Place position = written ? written->position() : package.position;
    PackageSource& source = package.source;
    if (package.install_path.empty()) {
      source.kind = SourceKind::kProject;
    } else if (entry.find_true("link")) {
      package.link_target = TRY(local_path(resolved, position));
      source = {SourceKind::kDirectory, *package.link_target};
    } else if (!is_in_node_modules(package.install_path)) {
      source = {SourceKind::kDirectory, package.install_path};
    } else if (entry.find_true("inBundle") && is_inside_bundle(package.install_path)) {
      source.kind = SourceKind::kBundled;
    } else if (!resolved.empty()) {
      source = TRY(read_source(resolved, position));
    }
    return {};
  }

  static Status check_version(const JsonCursor& entry, const LockedPackage& package) {
    if (package.version.empty()) return {};
    // The user's own folders may have what they like; nobody looks them up by version.
    if (!is_in_node_modules(package.install_path)) return {};
    if (Version::parse(package.version, SemverMode::kLoose)) return {};
    return fail(input_error("lockfile-bad-version", json_quote(package.version) + " is no version")
                    .at(entry.find("version")->position()));
  }

  static void read_flags(const JsonCursor& entry, LockedPackage& package) {
    for (JsonCursor member : entry) {
      if (!member.is_true()) continue;
      std::string_view flag = member.key();
      package.dev |= flag == "dev" || flag == "devOptional";
      package.optional |= flag == "optional" || flag == "devOptional";
      package.peer |= flag == "peer";
      package.has_install_script |= flag == "hasInstallScript";
      package.has_shrinkwrap |= flag == "hasShrinkwrap";
    }
  }

  void read_edges(const JsonCursor& entry, LockedPackage& package) {
    std::vector<Error> oddities;
    auto development =
        package.is_local() ? DevelopmentDependencies::kRead : DevelopmentDependencies::kIgnore;
    package.dependencies = read_dependencies(entry, development, oddities);
    package.bundle_dependencies = read_bundle_dependencies(entry, package.dependencies);
    package.platform = read_platform(entry);
    package.engines_node = read_engines_node(entry);
    package.bin = read_bin(entry, package.name);
    for (Error& oddity : oddities) {
      if (oddity.code.starts_with("manifest-")) oddity.code.replace(0, 8, "lockfile");
      errors_.add(std::move(oddity));
    }
  }

  Lockfile& lockfile_;
  ErrorList& errors_;
};

Result<std::string> read_version(const JsonCursor& root) {
  auto version = root.find("lockfileVersion");
  // npm 4 and earlier wrote no version into npm-shrinkwrap.json.
  if (!version && !root.find("packages")) return std::string("1");
  if (version && version->kind() == JsonKind::kNumber)
    for (std::string_view known : {"1", "2", "3"})
      if (version->text() == known) return std::string(known);
  Position position = version ? version->position() : root.position();
  std::string written = version ? std::string(version->text()) : "none";
  return fail(input_error("lockfile-version", "lockfileVersion " + written + " is not known here")
                  .at(position)
                  .hinted("1, 2 and 3 are; npm 7 and later write 2 or 3"));
}

// The head of the file names the project too, and old files name it only there.
void complete_project(Lockfile& lockfile, const JsonCursor& root) {
  for (LockedPackage& package : lockfile.packages) {
    if (!package.install_path.empty()) continue;
    if (package.name.empty()) package.name = root.find_text("name").value_or("");
    return;
  }
  LockedPackage project;
  project.source.kind = SourceKind::kProject;
  project.name = root.find_text("name").value_or("");
  project.version = root.find_text("version").value_or("");
  project.position = root.position();
  lockfile.packages.push_back(std::move(project));
}

void read_packages(const JsonCursor& root, const JsonCursor& packages, Lockfile& lockfile,
                   ErrorList& errors) {
  if (!packages.is_object()) {
    errors.add(
        input_error("lockfile-bad-field", "\"packages\" is not an object").at(packages.position()));
    return;
  }
  lockfile.packages.reserve(std::min(packages.size() + 1, kMostSetAside));
  EntryReader reader(lockfile, errors);
  for (JsonCursor entry : packages) reader.read(entry);
  if (auto project = packages.find("")) lockfile.workspaces = read_workspaces(*project);
  complete_project(lockfile, root);
  finish_packages(lockfile, errors);
  add_workspace_dependencies(lockfile, lockfile.workspaces);
}

}  // namespace

Result<Lockfile> parse_npm_lockfile(std::string text, std::string name, const Manifest* project,
                                    Diagnostics& diagnostics) {
  TRY(refuse_conflicts(text, name, "npm install --package-lock-only"));
  JsonDocument document = TRY(JsonDocument::parse(std::move(text), name));
  JsonCursor root = document.root();
  if (!root.is_object())
    return fail(
        input_error("lockfile-not-object", "a lockfile is a JSON object").at(root.position()));

  Lockfile lockfile;
  lockfile.kind = LockfileKind::kNpm;
  lockfile.name = std::move(name);
  lockfile.version = TRY(read_version(root));
  ErrorList errors;
  if (auto packages = root.find("packages"); packages && lockfile.version != "1") {
    read_packages(root, *packages, lockfile, errors);
  } else {
    complete_project(lockfile, root);
    read_dependency_tree(root, project, lockfile, errors);
  }
  TRY(errors.finish(diagnostics));
  return lockfile;
}

}  // namespace ingot
