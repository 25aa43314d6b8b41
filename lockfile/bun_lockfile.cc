#include "lockfile/bun_lockfile.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/json.h"
#include "lockfile/entry.h"
#include "lockfile/error_list.h"
#include "lockfile/manifest.h"
#include "lockfile/manifest_fields.h"
#include "lockfile/package_name.h"
#include "lockfile/semver.h"

namespace ingot {
namespace {

// "a/@s/b" -> "a", "@s/b".
std::vector<std::string_view> names_of_place(std::string_view place) {
  std::vector<std::string_view> names;
  while (!place.empty()) {
    size_t end = place.find('/');
    if (place.starts_with('@') && end != std::string_view::npos) end = place.find('/', end + 1);
    names.push_back(place.substr(0, end));
    if (end == std::string_view::npos) break;
    place.remove_prefix(end + 1);
  }
  return names;
}

// A registry's address stands for any of its packages, a tarball's for one.
bool is_tarball_url(std::string_view url) {
  return url.ends_with(".tgz") || url.find("/-/") != std::string_view::npos ||
         url.find("/download/") != std::string_view::npos;
}

class BunReader {
 public:
  BunReader(const JsonCursor& root, Lockfile& lockfile) : root_(root), lockfile_(lockfile) {}

  Status read(Diagnostics& diagnostics) {
    read_project_rules();
    read_workspaces();
    if (auto packages = root_.find("packages"); packages && packages->is_object()) {
      for (JsonCursor entry : *packages) find_folder(entry);
      for (JsonCursor entry : *packages) read_entry(entry);
    }
    finish_packages(lockfile_, errors_);
    return errors_.finish(diagnostics);
  }

 private:
  void read_project_rules() {
    if (auto overrides = root_.find("overrides"); overrides && overrides->is_object())
      for (JsonCursor rule : *overrides) lockfile_.overridden.emplace_back(rule.key());
    auto patches = root_.find("patchedDependencies");
    if (!patches || !patches->is_object()) return;
    for (JsonCursor patch : *patches) {
      auto path = local_path(patch.text(), patch.position());
      if (!path)
        errors_.add(std::move(path.error()));
      else
        patches_[std::string(patch.key())] = *path;
    }
  }

  void read_workspaces() {
    auto workspaces = root_.find("workspaces");
    bool has_project = false;
    if (workspaces && workspaces->is_object())
      for (JsonCursor workspace : *workspaces) {
        auto path = local_path(workspace.key(), workspace.position());
        if (!path) {
          errors_.add(std::move(path.error()));
          continue;
        }
        has_project = has_project || path->empty();
        add_workspace(*path, workspace);
      }
    if (has_project) return;
    LockedPackage project;
    project.source.kind = SourceKind::kProject;
    project.position = root_.position();
    lockfile_.packages.push_back(std::move(project));
  }

  void add_workspace(const std::string& path, const JsonCursor& workspace) {
    LockedPackage package;
    package.install_path = path;
    package.name = workspace.find_text("name").value_or(name_of_install_path(path));
    package.version = workspace.find_text("version").value_or("");
    package.source = {path.empty() ? SourceKind::kProject : SourceKind::kDirectory, path};
    package.position = workspace.position();
    read_info(workspace, DevelopmentDependencies::kRead, package);
    lockfile_.packages.push_back(std::move(package));
  }

  // The place of what is a link leads to a folder: what lies below it lies in that folder.
  void find_folder(const JsonCursor& entry) {
    auto id = identity(entry);
    if (!id) return;
    for (std::string_view kind : {"workspace:", "file:", "link:"}) {
      if (!id->second.starts_with(kind) || is_tarball_url(id->second)) continue;
      auto path = local_path(id->second.substr(kind.size()), entry.position());
      if (path)
        folders_[std::string(entry.key())] = *path;
      else
        errors_.add(std::move(path.error()));
    }
  }

  // "name@what" of an entry.
  static std::optional<std::pair<std::string_view, std::string_view>> identity(
      const JsonCursor& entry) {
    if (!entry.is_array() || entry.size() == 0) return std::nullopt;
    std::string_view text = (*entry.begin()).text();
    size_t at = text.find('@', 1);
    if (at == std::string_view::npos) return std::nullopt;
    return std::pair(text.substr(0, at), text.substr(at + 1));
  }

  std::string install_path(std::string_view place) const {
    std::string path, seen;
    std::vector<std::string_view> names = names_of_place(place);
    for (size_t i = 0; i < names.size(); ++i) {
      seen += (i == 0 ? "" : "/") + std::string(names[i]);
      path += (path.empty() ? "node_modules/" : "/node_modules/") + std::string(names[i]);
      auto folder = folders_.find(seen);
      if (i + 1 < names.size() && folder != folders_.end()) path = folder->second;
    }
    return path;
  }

  void read_entry(const JsonCursor& entry) {
    LockedPackage package;
    package.position = entry.position();
    package.install_path = install_path(entry.key());
    if (auto status = read_entry_into(entry, package); !status)
      errors_.add(std::move(status.error()));
    else if (!package.name.empty())
      lockfile_.packages.push_back(std::move(package));
  }

  Status read_entry_into(const JsonCursor& entry, LockedPackage& package) {
    TRY(check_install_path(package.install_path, package.position));
    auto id = identity(entry);
    if (!id || !is_package_name(id->first))
      return fail(
          input_error("lockfile-bad-name", "this entry names no package").at(package.position));
    auto [name, what] = *id;
    if (what.starts_with("root:")) return {};  // a package that depends on the project
    package.name = name;
    if (auto folder = folders_.find(std::string(entry.key())); folder != folders_.end()) {
      package.link_target = folder->second;
      package.source = {SourceKind::kDirectory, folder->second};
      add_folder(folder->second, entry, package);
      return {};
    }
    TRY(read_where_from(entry, what, package));
    if (auto patch = patches_.find(package.name + "@" + package.version); patch != patches_.end())
      package.patch = PackagePatch{{{patch->second}}, "", ""};
    for (JsonCursor member : entry)
      if (member.is_object()) {
        read_info(member, DevelopmentDependencies::kIgnore, package);
        if (member.find_true("bundled")) package.source = {SourceKind::kBundled, ""};
      }
    return {};
  }

  // A folder that is no workspace has no record but this.
  void add_folder(const std::string& path, const JsonCursor& entry, const LockedPackage& link) {
    bool known = std::ranges::any_of(
        lockfile_.packages, [&](const LockedPackage& other) { return other.install_path == path; });
    if (known) return;
    LockedPackage folder;
    folder.install_path = path;
    folder.name = link.name;
    folder.source = {SourceKind::kDirectory, path};
    folder.position = link.position;
    for (JsonCursor member : entry)
      if (member.is_object()) read_info(member, DevelopmentDependencies::kIgnore, folder);
    lockfile_.packages.push_back(std::move(folder));
  }

  Status read_where_from(const JsonCursor& entry, std::string_view what, LockedPackage& package) {
    std::vector<JsonCursor> members;
    for (JsonCursor member : entry) members.push_back(member);
    if (Version::parse(what, SemverMode::kLoose)) {
      package.version = what;
      std::string_view url = members.size() > 1 ? members[1].text() : std::string_view();
      if (is_tarball_url(url)) {
        package.source = TRY(read_source(url, package.position));
      } else if (!url.empty()) {
        std::string base(url.substr(0, url.find_last_not_of('/') + 1));
        package.source = {SourceKind::kRegistry,
                          base + "/" + package.name + "/-/" +
                              package.name.substr(package.name.find('/') + 1) + "-" +
                              package.version + ".tgz"};
      }
    } else if (what.starts_with("github:") || what.starts_with("git")) {
      // Older bun shortens commits. Whether this one will do is asked when the package is needed.
      package.source = {SourceKind::kGit, std::string(what)};
    } else {
      std::string source(what);
      if (source.find("://") == std::string::npos && !source.starts_with("file:"))
        source = "file:" + source;
      package.source = TRY(read_source(source, package.position));
      // Folders have links to them, and are known by now.
      if (package.source.kind == SourceKind::kDirectory)
        return fail(input_error("lockfile-bad-version", json_quote(what) + " is no version")
                        .at(package.position));
    }
    if (members.size() < 3 || !members.back().is_string() || members.back().text().empty() ||
        package.source.kind == SourceKind::kGit)
      return {};
    auto integrity = Integrity::parse(members.back().text());
    if (!integrity) return fail(std::move(integrity.error()).at(members.back().position()));
    package.integrity = std::move(*integrity);
    return {};
  }

  void read_info(const JsonCursor& info, DevelopmentDependencies development,
                 LockedPackage& package) {
    std::vector<Error> oddities;
    package.dependencies = read_dependencies(info, development, oddities);
    for (const std::string& name : read_strings(info, "optionalPeers"))
      for (Dependency& dependency : package.dependencies)
        if (dependency.name == name && dependency.kind == DependencyKind::kPeer)
          dependency.kind = DependencyKind::kOptionalPeer;
    package.platform = read_platform(info);
    package.bin = read_bin(info, package.name);
    package.has_install_script = info.find_true("hasInstallScript");
    for (Error& oddity : oddities) {
      if (oddity.code.starts_with("manifest-")) oddity.code.replace(0, 8, "lockfile");
      errors_.add(std::move(oddity));
    }
  }

  const JsonCursor& root_;
  Lockfile& lockfile_;
  ErrorList errors_;
  std::map<std::string, std::string> folders_;  // place -> folder of the user
  std::map<std::string, std::string> patches_;  // "name@version" -> patch file
};

}  // namespace

Result<BunLockfile> parse_bun_lockfile(std::string text, std::string name,
                                       Diagnostics& diagnostics) {
  TRY(refuse_conflicts(text, name, "bun install --lockfile-only"));
  JsonDocument document =
      TRY(JsonDocument::parse(std::move(text), name, JsonSyntax::kWithComments));
  JsonCursor root = document.root();
  if (!root.is_object())
    return fail(
        input_error("lockfile-not-object", "a lockfile is a JSON object").at(root.position()));
  BunLockfile out;
  Lockfile& lockfile = out.lockfile;
  lockfile.kind = LockfileKind::kBun;
  lockfile.name = std::move(name);
  auto version = root.find("lockfileVersion");
  if (version) lockfile.version = version->text();
  if (lockfile.version != "0" && lockfile.version != "1" && lockfile.version != "2")
    return fail(
        input_error("lockfile-version", "lockfileVersion " +
                                            (lockfile.version.empty() ? "none" : lockfile.version) +
                                            " is not known here")
            .at(version ? version->position() : root.position())
            .hinted("0, 1 and 2 are"));
  TRY(BunReader(root, lockfile).read(diagnostics));
  auto layout = root.find("configVersion");
  auto workspaces = root.find("workspaces");
  out.isolated = layout && layout->text() != "0" && workspaces && workspaces->size() > 1;
  return out;
}

}  // namespace ingot
