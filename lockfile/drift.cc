#include "lockfile/drift.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "lockfile/dependency_check.h"
#include "lockfile/entry.h"
#include "lockfile/error_list.h"
#include "lockfile/package_name.h"
#include "lockfile/workspace_pattern.h"

namespace ingot {
namespace {

constexpr std::string_view kMend = "run `npm install --package-lock-only` and keep its result";
constexpr size_t kMaxNotes = 10;

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

std::string label(const LockedPackage& package) {
  if (package.install_path.empty()) return "the project";
  return package.version.empty() ? package.name : package.name + "@" + package.version;
}

std::string asked_for(const Dependency& dependency) {
  return dependency.name + "@" + (dependency.range.empty() ? "*" : dependency.range);
}

bool is_peer(DependencyKind kind) {
  return kind == DependencyKind::kPeer || kind == DependencyKind::kOptionalPeer;
}

// One warning for many small things.
class Summary {
 public:
  void add(std::string note, const Place& position) {
    if (count_++ == 0) position_ = position;
    if (notes_.size() < kMaxNotes) notes_.push_back(std::move(note));
  }
  void report(std::string code, const std::string& message, Diagnostics& diagnostics) {
    if (count_ == 0) return;
    Error warning = input_error(std::move(code), std::to_string(count_) + message);
    warning.position = std::move(position_);
    warning.notes = std::move(notes_);
    if (count_ > kMaxNotes)
      warning.notes.push_back("and " + std::to_string(count_ - kMaxNotes) + " more");
    diagnostics.warning(std::move(warning));
  }

 private:
  size_t count_ = 0;
  Place position_;
  std::vector<std::string> notes_;
};

class DriftCheck {
 public:
  DriftCheck(const Lockfile& lockfile, std::span<const LocalManifest> manifests,
             Diagnostics& diagnostics)
      : lockfile_(lockfile), diagnostics_(diagnostics) {
    for (const LocalManifest& local : manifests) manifests_[local.install_path] = local.manifest;
  }

  Status run() {
    for (const auto& [path, manifest] : manifests_) {
      for (const Error& oddity : manifest->oddities) errors_.add(oddity);
      compare_records(path, *manifest);
    }
    check_workspaces();
    walk();
    find_checked();
    report_edges();
    report_unneeded();
    return errors_.finish(diagnostics_);
  }

 private:
  enum class Verdict { kFits, kMissing, kInvalid };
  struct Finding {
    const LockedPackage* from;
    const Dependency* dependency;
    const LockedPackage* found;
    Verdict verdict;
    std::string wanted;  // what an override asks for instead; "" when none does
  };
  using Step = std::pair<const LockedPackage*, const OverrideRule*>;

  const Manifest* manifest_of(const LockedPackage& package) const {
    auto at = manifests_.find(package.install_path);
    return at == manifests_.end() ? nullptr : at->second;
  }
  const Manifest* project() const {
    auto at = manifests_.find("");
    return at == manifests_.end() ? nullptr : at->second;
  }

  // What the lockfile has on record about a folder, against what its package.json says now.
  void compare_records(const std::string& path, const Manifest& manifest) {
    const LockedPackage* locked = lockfile_.find(path);
    if (locked == nullptr || lockfile_.version == "1") return;
    if (path.empty() && (locked->name != manifest.name || locked->version != manifest.version))
      diagnostics_.warning(
          input_error("drift-identity", "the lockfile was made for \"" + locked->name + "\" " +
                                            locked->version + ", package.json is \"" +
                                            manifest.name + "\" " + manifest.version)
              .at({manifest.file, 0, 0}));
    std::unordered_map<std::string_view, const Dependency*> asked;
    for (const Dependency& dependency : manifest.dependencies)
      asked.emplace(dependency.name, &dependency);
    for (const Dependency& recorded : locked->dependencies) {
      if (recorded.kind == DependencyKind::kWorkspace) continue;
      auto found = asked.find(recorded.name);
      const Dependency* now = found == asked.end() ? nullptr : found->second;
      if (now == nullptr)
        diagnostics_.warning(input_error("drift-removed", "the lockfile still has " +
                                                              asked_for(recorded) +
                                                              ", which is not asked for any more")
                                 .at(recorded.position)
                                 .hinted(std::string(kMend)));
      else if (now->range != recorded.range)
        diagnostics_.warning(input_error("drift-specification",
                                         "package.json asks for " + asked_for(*now) +
                                             ", the lockfile was made for " + asked_for(recorded))
                                 .at(now->position)
                                 .hinted(std::string(kMend)));
    }
  }

  void check_workspaces() {
    if (project() == nullptr) return;
    WorkspacePatterns patterns(project()->workspaces);
    for (const auto& [path, manifest] : manifests_) {
      if (!patterns.matches(path)) continue;
      std::string name =
          manifest->name.empty() ? std::string(name_of_install_path(path)) : manifest->name;
      const LockedPackage* link = lockfile_.find("node_modules/" + name);
      if (link == nullptr || link->link_target != path) {
        errors_.add(
            input_error("drift-workspace", "the workspace " + path + " is not in the lockfile")
                .at({manifest->file, 0, 0})
                .hinted(std::string(kMend)));
        continue;
      }
      // Workspaces are dependencies of the project that no manifest writes down.
      visit(*link, project()->overrides.root());
    }
  }

  void visit(const LockedPackage& found, const OverrideRule* context) {
    reached_.insert(&found);
    const LockedPackage& target = lockfile_.follow(found);
    reached_.insert(&target);
    if (seen_.insert({&target, context}).second) todo_.push_back({&target, context});
  }

  void walk() {
    static const OverrideRules kNone;
    visit(lockfile_.project(), project() ? project()->overrides.root() : kNone.root());
    while (!todo_.empty()) {
      auto [package, context] = todo_.back();
      todo_.pop_back();
      const Manifest* manifest = manifest_of(*package);
      const auto& dependencies = manifest ? manifest->dependencies : package->dependencies;
      for (const Dependency& dependency : dependencies) check_edge(*package, dependency, context);
      if (manifest != nullptr) visit_recorded_workspaces(*package, *manifest, context);
    }
  }

  // npm looks for what no longer fits from the project on, but not behind links to folders.
  void find_checked() {
    std::vector<const LockedPackage*> todo = {&lockfile_.project()};
    while (!todo.empty()) {
      const LockedPackage* package = todo.back();
      todo.pop_back();
      if (!checked_.insert(package).second) continue;
      for (const Dependency& dependency : package->dependencies) {
        const LockedPackage* found = lockfile_.look_up(package->install_path, dependency.name);
        if (found != nullptr && !found->is_link()) todo.push_back(found);
      }
    }
  }

  // Workspaces that nobody handed a manifest for: they are as the lockfile has them.
  void visit_recorded_workspaces(const LockedPackage& package, const Manifest& manifest,
                                 const OverrideRule* context) {
    WorkspacePatterns patterns(manifest.workspaces);
    for (const Dependency& recorded : package.dependencies) {
      if (recorded.kind != DependencyKind::kWorkspace) continue;
      const LockedPackage* link = lockfile_.look_up("", recorded.name);
      if (link != nullptr && link->is_link() && patterns.matches(*link->link_target))
        visit(*link, context);
    }
  }

  void check_edge(const LockedPackage& from, const Dependency& dependency,
                  const OverrideRule* context) {
    const OverrideRule* rule = OverrideRules::rule_for(context, dependency.name, dependency.range);
    const LockedPackage* found = lockfile_.look_up(from.install_path, dependency.name);
    Finding finding{&from, &dependency, found, Verdict::kFits, {}};
    if (rule->parent != nullptr && rule->name == dependency.name)
      finding.wanted = override_value(*rule, from);
    if (found == nullptr)
      finding.verdict = Verdict::kMissing;
    else if (!fits(from, dependency, *found, *rule, finding.wanted))
      finding.verdict = Verdict::kInvalid;
    record(std::move(finding));
    if (found != nullptr) visit(*found, rule);
  }

  // "$name" stands for what the project itself asks of `name`.
  std::string override_value(const OverrideRule& rule, const LockedPackage& from) const {
    if (rule.value == "*") return {};
    if (!rule.value.starts_with('$')) return rule.value;
    std::string_view name = std::string_view(rule.value).substr(1);
    if (project() != nullptr)
      if (const Dependency* asked = project()->find(name)) return asked->range;
    for (const Dependency& asked : from.dependencies)
      if (asked.name == name) return asked.range;
    return {};
  }

  bool fits(const LockedPackage& from, const Dependency& dependency, const LockedPackage& found,
            const OverrideRule& rule, const std::string& wanted) const {
    if (contains(from.bundle_dependencies, dependency.name)) return true;
    bool as_written = is_satisfied(lockfile_, from, found, dependency.range);
    // npm cannot override what comes inside a tarball.
    if (found.source.kind == SourceKind::kBundled || wanted.empty()) return as_written;
    if (is_satisfied(lockfile_, from, found, wanted)) return true;
    return as_written && !is_satisfied(lockfile_, from, found, rule.key_range);
  }

  // An edge that is reached under several override contexts fits when it fits under one of them.
  void record(Finding finding) {
    auto key = std::pair(finding.from, finding.dependency);
    auto [at, added] = findings_.emplace(key, finding);
    if (!added && finding.verdict == Verdict::kFits) at->second = std::move(finding);
  }

  void report_edges() {
    std::vector<const Finding*> wrong;
    for (const auto& [key, finding] : findings_)
      if (finding.verdict != Verdict::kFits) wrong.push_back(&finding);
    std::ranges::sort(wrong, {}, [](const Finding* finding) {
      return std::pair(finding->from->install_path, finding->dependency->name);
    });
    Summary peers, unchecked;
    for (const Finding* finding : wrong) {
      // What a bundle or a shrinkwrapped package holds was decided by whoever packed it.
      if (finding->from->source.kind == SourceKind::kBundled) continue;
      bool is_invalid = finding->verdict == Verdict::kInvalid;
      bool is_unchecked = finding->from->is_foreign() && !checked_.contains(finding->from);
      if (is_peer(finding->dependency->kind)) {
        if (is_invalid) add_invalid(*finding, peers);
      } else if (is_invalid && is_unchecked) {
        add_invalid(*finding, unchecked);
      } else {
        report_edge(*finding);
      }
    }
    unchecked.report("drift-transitive",
                     " dependencies below workspaces are locked at versions they do not ask for",
                     diagnostics_);
    peers.report("drift-peer", " peer dependencies are locked at versions they do not ask for",
                 diagnostics_);
  }

  void add_invalid(const Finding& finding, Summary& summary) const {
    summary.add(label(*finding.from) + " asks for " + asked_for(*finding.dependency) +
                    ", locked is " + label(lockfile_.follow(*finding.found)),
                finding.dependency->position);
  }

  void report_edge(const Finding& finding) {
    const Dependency& dependency = *finding.dependency;
    if (finding.verdict == Verdict::kMissing) {
      if (dependency.kind == DependencyKind::kOptional && was_known(finding)) return;
      // npm 6 installed folders without what they need for development.
      if (dependency.kind == DependencyKind::kDevelopment && lockfile_.version == "1" &&
          !finding.from->install_path.empty())
        return;
      errors_.add(input_error("drift-missing", label(*finding.from) + " needs " +
                                                   asked_for(dependency) +
                                                   ", which is not in the lockfile")
                      .at(dependency.position)
                      .hinted(std::string(kMend)));
      return;
    }
    if (finding.wanted.empty() && is_other_platforms_mix_up(lockfile_, *finding.from, dependency))
      return;
    std::string wanted = finding.wanted.empty()
                             ? asked_for(dependency)
                             : dependency.name + "@" + finding.wanted + " (by an override)";
    errors_.add(input_error("drift-invalid", label(*finding.from) + " needs " + wanted +
                                                 ", but the lockfile has " +
                                                 label(lockfile_.follow(*finding.found)))
                    .at(dependency.position)
                    .hinted(std::string(kMend)));
  }

  // Whether npm knew of an optional dependency when it wrote the lockfile without it: then it left
  // the package out because it is for another platform.
  bool was_known(const Finding& finding) const {
    return std::ranges::any_of(finding.from->dependencies, [&](const Dependency& recorded) {
      return recorded.name == finding.dependency->name;
    });
  }

  void report_unneeded() {
    Summary summary;
    for (const LockedPackage& package : lockfile_.packages)
      if (!reached_.contains(&package) && package.source.kind != SourceKind::kBundled)
        summary.add(package.install_path, package.position);
    summary.report("drift-unneeded", " packages in the lockfile are needed by nothing",
                   diagnostics_);
  }

  const Lockfile& lockfile_;
  Diagnostics& diagnostics_;
  std::map<std::string, const Manifest*> manifests_;
  ErrorList errors_;
  std::vector<Step> todo_;
  std::set<Step> seen_;
  std::set<const LockedPackage*> reached_;
  std::set<const LockedPackage*> checked_;  // what `npm ci` checks the dependencies of
  std::map<std::pair<const LockedPackage*, const Dependency*>, Finding> findings_;
};

}  // namespace

Status check_drift(const Lockfile& lockfile, std::span<const LocalManifest> manifests,
                   Diagnostics& diagnostics) {
  return DriftCheck(lockfile, manifests, diagnostics).run();
}

void adopt_manifests(Lockfile& lockfile, std::span<const LocalManifest> manifests) {
  for (const LocalManifest& local : manifests) {
    LockedPackage* package = lockfile.find(local.install_path);
    if (package == nullptr || !package->is_local()) continue;
    // Not every folder that a lockfile of pnpm or yarn links to is installed by it.
    if (lockfile.kind == LockfileKind::kNpm || !package->dependencies.empty() ||
        local.install_path.empty())
      package->dependencies = local.manifest->dependencies;
    package->bundle_dependencies = local.manifest->bundle_dependencies;
    package->bin = local.manifest->bin;
    if (!local.manifest->name.empty()) package->name = local.manifest->name;
    package->version = local.manifest->version;
    package->platform = local.manifest->platform;
    package->engines_node = local.manifest->engines_node;
    package->has_install_script = local.manifest->scripts.any();
    if (local.install_path.empty()) lockfile.workspaces = local.manifest->workspaces;
  }
  add_workspace_dependencies(lockfile, lockfile.workspaces);
}

}  // namespace ingot
