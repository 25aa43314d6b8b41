#include "packer/unpack/assemble.h"

#include <algorithm>
#include <optional>

#include "base/thread_pool.h"
#include "lockfile/error_list.h"
#include "lockfile/package_name.h"
#include "packer/unpack/addons.h"
#include "packer/unpack/commands.h"
#include "packer/unpack/tree_draft.h"

namespace ingot {
namespace {

bool is_within(const std::string& path, const std::string& folder) {
  return folder.empty() || path == folder || path.starts_with(folder + "/");
}

// The paths that lie in `folder`, relative to it; the folder itself left out.
std::vector<std::string> relative_to(const std::string& folder,
                                     const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths)
    if (path != folder && is_within(path, folder))
      out.push_back(folder.empty() ? path : path.substr(folder.size() + 1));
  return out;
}

// How to get from the folder of a link to its target, both relative to the project.
std::string relative_link(const std::string& link, const std::string& target) {
  std::string up;
  for (char c : link)
    if (c == '/') up += "../";
  return up + target;
}

class Assembler {
 public:
  Assembler(const PackageGraph& graph, PackageSupply& supply, const ProjectSource& project,
            Diagnostics& diagnostics, MissingAddons addons)
      : graph_(graph),
        supply_(supply),
        project_(project),
        diagnostics_(diagnostics),
        addons_(addons),
        facts_(graph.packages.size()) {}

  Result<Assembly> run() {
    TRY(unpack_all());
    TRY(place_folders_and_links());
    draft_.sort();
    TRY(check_bundled());
    link_commands(graph_, commands(), draft_);
    TRY(check_addons());
    std::sort(out_.reasons.begin(), out_.reasons.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    std::sort(out_.left_out.begin(), out_.left_out.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    out_.tree = TRY(std::move(draft_).seal());
    return std::move(out_);
  }

 private:
  const LockedPackage& locked(size_t package) const { return *graph_.packages[package].package; }

  std::optional<size_t> index_of(std::string_view install_path) const {
    const PackageNode* node = graph_.find(install_path);
    if (!node) return std::nullopt;
    return static_cast<size_t>(node - graph_.packages.data());
  }

  Status unpack_all() {
    std::vector<size_t> supplied;
    for (size_t i = 0; i < graph_.packages.size(); ++i)
      if (supply_.has(locked(i))) supplied.push_back(i);
    std::vector<std::shared_ptr<const UnpackedPackage>> unpacked(supplied.size());
    std::vector<std::optional<Error>> failures(supplied.size());
    TRY(parallel_for(supplied.size(), [&](size_t i) -> Status {
      auto result = supply_.take(locked(supplied[i]));
      if (result)
        unpacked[i] = std::move(*result);
      else
        failures[i] = std::move(result.error());
      return {};
    }));
    ErrorList errors;
    for (auto& failure : failures)
      if (failure) errors.add(std::move(*failure));
    TRY(errors.finish_worst_first(diagnostics_));
    for (size_t i = 0; i < unpacked.size(); ++i) place_package(supplied[i], unpacked[i]);
    return check_all_fetched();
  }

  Status check_all_fetched() {
    for (size_t i = 0; i < graph_.packages.size(); ++i) {
      const LockedPackage& package = locked(i);
      bool has_tarball = package.is_foreign() && package.source.kind != SourceKind::kBundled;
      if (has_tarball && !facts_[i])
        return fail(
            input_error("tarball-not-fetched", "there are no bytes of " + package_label(package)));
    }
    return {};
  }

  void place_package(size_t index, const std::shared_ptr<const UnpackedPackage>& package) {
    const std::string& place = locked(index).install_path;
    const UnpackedTarball& tarball = package->tarball;
    for (const PackageFile& file : tarball.files) {
      auto owner = owner_of(index, place, file.path);
      if (!owner) continue;
      FileNode node;
      node.path = join_path(place, file.path);
      node.executable = file.executable;
      node.content = file.content;
      node.package = static_cast<uint32_t>(*owner);
      draft_.add(std::move(node));
    }
    for (const DroppedEntry& entry : tarball.dropped) out_.dropped.push_back({index, entry});
    for (const Error& warning : tarball.warnings) diagnostics_.warning(warning);
    draft_.keep(tarball.storage);
    facts_[index] = {package, &package->facts};
  }

  // The package that a file of a tarball belongs to: usually the tarball's own, else the bundled
  // one it lies in. Nothing when npm would have replaced it by a package with its own tarball.
  std::optional<size_t> owner_of(size_t index, const std::string& place,
                                 const std::string& path) const {
    constexpr std::string_view kModules = "node_modules/";
    size_t owner = index;
    for (size_t at = path.find(kModules); at != std::string::npos;
         at = path.find(kModules, at + kModules.size())) {
      if (at > 0 && path[at - 1] != '/') continue;
      size_t end = path.find('/', at + kModules.size());
      if (end != std::string::npos && path[at + kModules.size()] == '@')
        end = path.find('/', end + 1);
      if (end == std::string::npos) break;
      auto inner = index_of(join_path(place, path.substr(0, end)));
      if (!inner) continue;
      if (locked(*inner).source.kind != SourceKind::kBundled) return std::nullopt;
      owner = *inner;
    }
    return owner;
  }

  Status place_folders_and_links() {
    // Folders that are packages of their own, wanted or not.
    std::vector<std::string> folders = project_.apart;
    for (const PackageNode& node : graph_.packages)
      if (node.package->is_local()) folders.push_back(folder_of(*node.package));
    for (const SkippedPackage& skipped : graph_.skipped)
      if (skipped.package->is_local()) folders.push_back(folder_of(*skipped.package));
    for (size_t i = 0; i < graph_.packages.size(); ++i) {
      const LockedPackage& package = locked(i);
      if (package.is_link()) {
        FileNode node;
        node.path = package.install_path;
        node.kind = FileNodeKind::kSymlink;
        node.link_target = relative_link(package.install_path, *package.link_target);
        node.package = static_cast<uint32_t>(i);
        draft_.add(std::move(node));
      } else if (package.is_local()) {
        TRY(place_folder(i, folders));
      }
    }
    return {};
  }

  static std::string folder_of(const LockedPackage& package) {
    if (package.source.kind == SourceKind::kProject) return "";
    return package.source.location.empty() ? package.install_path : package.source.location;
  }

  Status place_folder(size_t index, const std::vector<std::string>& folders) {
    std::string folder = folder_of(locked(index));
    ProjectFileOptions options;
    options.place = locked(index).install_path;
    options.apart = relative_to(folder, folders);
    for (const std::string& entry : relative_to(folder, project_.entries)) {
      bool elsewhere =
          is_in_node_modules(entry) ||
          std::any_of(options.apart.begin(), options.apart.end(),
                      [&](const std::string& apart) { return is_within(entry, apart); });
      if (!elsewhere) options.entries.push_back(entry);
    }
    options.include = project_.include;
    options.exclude = project_.exclude;
    std::string full = folder.empty() ? project_.folder : join_path(project_.folder, folder);
    ProjectFiles chosen = TRY(choose_project_files(project_.files, full, options, diagnostics_));
    for (ProjectFile& file : chosen.files) {
      FileNode node;
      node.path = join_path(options.place, file.path);
      node.kind = file.kind;
      node.executable = file.executable;
      node.link_target = std::move(file.link_target);
      node.package = static_cast<uint32_t>(index);
      if (file.kind == FileNodeKind::kFile) {
        std::string text = TRY(project_.files.read(join_path(full, file.path), kMaxProjectFile));
        auto content = std::make_shared<const std::string>(std::move(text));
        node.content = ByteView(std::string_view(*content));
        draft_.keep(std::move(content));
      }
      out_.reasons.push_back({node.path, std::move(file.reason)});
      draft_.add(std::move(node));
    }
    for (LeftOutFile& file : chosen.left_out)
      out_.left_out.push_back({join_path(options.place, file.path), std::move(file.reason)});
    facts_[index] = std::make_shared<const PackageFacts>(std::move(chosen.facts));
    return {};
  }

  // A bundled package has to be there, and says itself what it is.
  Status check_bundled() {
    ErrorList errors;
    for (size_t i = 0; i < graph_.packages.size(); ++i) {
      const LockedPackage& package = locked(i);
      if (package.is_link() || package.source.kind != SourceKind::kBundled) continue;
      const FileNode* manifest = std::as_const(draft_).find(package.install_path + "/package.json");
      if (!manifest) {
        Error error = input_error("bundled-missing",
                                  package_label(package) + " should come with the tarball of " +
                                      std::string(container_of_install_path(package.install_path)) +
                                      ", and is not there");
        if (package.position.is_known()) error.position = package.position;
        error.hint = "remove the entry from the lockfile and run `npm install` again";
        errors.add(std::move(error));
        continue;
      }
      facts_[i] = std::make_shared<const PackageFacts>(TRY(read_package_facts(
          std::string(manifest->content.text()), package.install_path + "/package.json")));
    }
    return errors.finish_worst_first(diagnostics_);
  }

  std::vector<std::map<std::string, std::string>> commands() const {
    std::vector<std::map<std::string, std::string>> out(graph_.packages.size());
    for (size_t i = 0; i < out.size(); ++i) {
      const LockedPackage& package = locked(i);
      if (package.is_link()) {
        if (auto target = index_of(*package.link_target)) out[i] = commands_of(*target);
      } else {
        out[i] = commands_of(i);
      }
    }
    return out;
  }

  // The lockfile's word counts before that of package.json, as for npm, which knows nothing of
  // "directories.bin" here.
  std::map<std::string, std::string> commands_of(size_t index) const {
    const LockedPackage& package = locked(index);
    if (!package.bin.empty() || !facts_[index]) return package.bin;
    return facts_[index]->manifest.bin;
  }

  // Says which packages would have been compiled, and which scripts were not run.
  Status check_addons() {
    std::vector<bool> has_addon(graph_.packages.size());
    for (const FileNode& node : draft_.nodes()) {
      const std::string& place = locked(node.package).install_path;
      if (node.kind == FileNodeKind::kFile && node.path.ends_with(".node") &&
          is_within(node.path, place) &&
          is_usable_addon(std::string_view(node.path).substr(place.empty() ? 0 : place.size() + 1),
                          graph_.target))
        has_addon[node.package] = true;
    }
    ErrorList errors;
    for (size_t i = 1; i < graph_.packages.size(); ++i) {
      if (locked(i).is_link() || !facts_[i]) continue;
      const PackageFacts& facts = *facts_[i];
      bool gyp = draft_.find(join_path(locked(i).install_path, "binding.gyp")) != nullptr;
      std::string script = build_script(facts, gyp);
      if (!script.empty()) out_.is_for_any_target = false;
      bool built = script.empty() || has_addon[i] || platform_package_has_addon(i, has_addon);
      if (!built)
        report_unbuilt(i, std::move(script), errors);
      else if (facts.manifest.scripts.any())
        out_.scripts_not_run.push_back(i);
    }
    return errors.finish_worst_first(diagnostics_);
  }

  bool platform_package_has_addon(size_t index, const std::vector<bool>& has_addon) const {
    const LockedPackage& package = locked(index);
    for (const Dependency& dependency : package.dependencies) {
      if (dependency.kind != DependencyKind::kOptional) continue;
      // As Node looks: the nearest node_modules upwards.
      std::string from = package.install_path;
      while (true) {
        auto found = index_of(join_path(from, "node_modules/" + dependency.name));
        if (found && has_addon[*found]) return true;
        if (found || from.empty()) break;
        from = std::string(is_in_node_modules(from) ? container_of_install_path(from) : "");
      }
    }
    return false;
  }

  void report_unbuilt(size_t index, std::string script, ErrorList& errors) {
    const LockedPackage& package = locked(index);
    bool required = !graph_.packages[index].optional;
    Error error = input_error("addon-not-built", package_label(package) +
                                                     " has a native addon that its install script "
                                                     "would build (`" +
                                                     script + "`), and brings none for " +
                                                     std::string(graph_.target.name));
    if (package.position.is_known()) error.position = package.position;
    error.notes.push_back("install scripts are never run: the result would depend on this machine");
    error.hint =
        "use a version or a fork that publishes prebuilt binaries; if the application works "
        "without the addon, allow it to be missing";
    out_.unbuilt.push_back({index, std::move(script), required});
    if (required && addons_ == MissingAddons::kRefused)
      errors.add(std::move(error));
    else
      diagnostics_.warning(std::move(error));
  }

  const PackageGraph& graph_;
  PackageSupply& supply_;
  const ProjectSource& project_;
  Diagnostics& diagnostics_;
  MissingAddons addons_;
  std::vector<std::shared_ptr<const PackageFacts>> facts_;
  TreeDraft draft_;
  Assembly out_;
};

}  // namespace

Result<Assembly> assemble_tree(const PackageGraph& graph, PackageSupply& supply,
                               const ProjectSource& project, Diagnostics& diagnostics,
                               MissingAddons addons) {
  return Assembler(graph, supply, project, diagnostics, addons).run();
}

}  // namespace ingot
