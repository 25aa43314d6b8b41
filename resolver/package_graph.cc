#include "resolver/package_graph.h"

#include <algorithm>
#include <deque>

#include "lockfile/dependency_check.h"
#include "lockfile/error_list.h"
#include "lockfile/semver.h"
#include "resolver/platform.h"

namespace ingot {
namespace {

constexpr size_t kMaxNotes = 10;
constexpr size_t kNowhere = static_cast<size_t>(-1);

// An edge of the lockfile with the place it leads to. A link has one edge, to its target.
struct Edge {
  size_t to = kNowhere;
  DependencyKind kind = DependencyKind::kProduction;
  const Dependency* dependency = nullptr;  // nullptr: a link
};

constexpr std::string_view kMend =
    "remove node_modules, then run `npm install --package-lock-only`; if that adds nothing, remove "
    "package-lock.json as well";

bool is_optional(const Edge& edge) {
  return edge.kind == DependencyKind::kOptional || edge.kind == DependencyKind::kOptionalPeer;
}

std::string label(const LockedPackage& package) {
  if (package.install_path.empty()) return "the project";
  return package.version.empty() ? package.name : package.name + "@" + package.version;
}

// What its packer decided is not ours to complain about.
bool is_prepacked(const LockedPackage& package) {
  return package.source.kind == SourceKind::kBundled;
}

// The closure in steps, each a pass over all packages; places are indices into the lockfile.
class Resolution {
 public:
  Resolution(const Lockfile& lockfile, const Target& target, const ResolveOptions& options,
             Diagnostics& diagnostics)
      : lockfile_(lockfile), target_(target), options_(options), diagnostics_(diagnostics) {}

  Result<PackageGraph> run() {
    make_edges();
    find_reachable();
    find_unusable();
    choose();
    check_edges();
    TRY(errors_.finish(diagnostics_));
    return graph();
  }

 private:
  size_t size() const { return lockfile_.packages.size(); }
  const LockedPackage& package(size_t place) const { return lockfile_.packages[place]; }
  size_t place_of(const LockedPackage* found) const {
    return found == nullptr ? kNowhere : static_cast<size_t>(found - lockfile_.packages.data());
  }

  void make_edges() {
    edges_.resize(size());
    for (size_t place = 0; place < size(); ++place) {
      const LockedPackage& from = package(place);
      if (from.is_link()) {
        edges_[place].push_back(
            {place_of(&lockfile_.follow(from)), DependencyKind::kProduction, nullptr});
        continue;
      }
      for (const Dependency& dependency : from.dependencies)
        edges_[place].push_back({place_of(lockfile_.look_up(from.install_path, dependency.name)),
                                 dependency.kind, &dependency});
    }
  }

  // Everything that can be reached from the project along the edges that `follow` lets pass, and
  // nothing at places that `enter` keeps out.
  template <typename Follow, typename Enter>
  std::vector<bool> reach(Follow follow, Enter enter) const {
    std::vector<bool> reached(size(), false);
    std::vector<size_t> todo{0};
    reached[0] = true;
    while (!todo.empty()) {
      size_t place = todo.back();
      todo.pop_back();
      for (const Edge& edge : edges_[place]) {
        if (edge.to == kNowhere || reached[edge.to] || !follow(edge) || !enter(edge.to)) continue;
        reached[edge.to] = true;
        todo.push_back(edge.to);
      }
    }
    return reached;
  }

  void find_reachable() {
    auto anywhere = [](size_t) { return true; };
    auto not_development = [](const Edge& edge) {
      return edge.kind != DependencyKind::kDevelopment;
    };
    production_ = reach(not_development, anywhere);
    required_ = reach([&](const Edge& edge) { return not_development(edge) && !is_optional(edge); },
                      anywhere);
    // An optional peer does not install anything; it takes what something else, possibly a
    // development dependency, has installed.
    installed_ = reach([](const Edge& edge) { return edge.kind != DependencyKind::kOptionalPeer; },
                       anywhere);
  }

  std::optional<std::string> why_unusable(const LockedPackage& candidate, bool required) {
    auto known = options_.platforms.find(candidate.install_path);
    const PlatformConstraint& platform =
        known == options_.platforms.end() ? candidate.platform : known->second;
    if (auto reason = why_unsupported(platform, target_)) return reason;
    if (options_.node_version.empty() || !candidate.engines_node) return std::nullopt;
    if (satisfies(options_.node_version, *candidate.engines_node, {SemverMode::kStrict, true}))
      return std::nullopt;
    std::string reason = "needs node " + *candidate.engines_node;
    if (!required) return reason;
    diagnostics_.warning(
        input_error("engine-unsupported",
                    label(candidate) + " " + reason + ", and gets " + options_.node_version)
            .at(candidate.position));
    return std::nullopt;
  }

  // Optional packages that do not run here, and those that cannot do without them.
  void find_unusable() {
    unusable_.resize(size());
    std::vector<std::vector<size_t>> needed_by(size());
    std::deque<size_t> todo;
    for (size_t place = 0; place < size(); ++place) {
      if (!production_[place]) continue;
      for (const Edge& edge : edges_[place])
        if (edge.to != kNowhere && edge.kind != DependencyKind::kDevelopment && !is_optional(edge))
          needed_by[edge.to].push_back(place);
      // The project may be built for platforms that its own manifest does not speak of.
      if (package(place).is_link() || place == 0 || !installed_[place]) continue;
      auto reason = why_unusable(package(place), required_[place]);
      if (!reason) continue;
      if (required_[place]) {
        errors_.add(input_error("platform-unsupported", label(package(place)) + " " + *reason +
                                                            " and does not run on " +
                                                            std::string(target_.name))
                        .at(package(place).position));
      } else {
        unusable_[place] = *reason;
        todo.push_back(place);
      }
    }
    while (!todo.empty()) {
      size_t place = todo.front();
      todo.pop_front();
      for (size_t dependent : needed_by[place]) {
        if (!unusable_[dependent].empty() || required_[dependent]) continue;
        unusable_[dependent] = "needs " + label(package(place)) + ", which " + unusable_[place];
        todo.push_back(dependent);
      }
    }
  }

  void choose() {
    chosen_ = reach([](const Edge& edge) { return edge.kind != DependencyKind::kDevelopment; },
                    [&](size_t place) { return unusable_[place].empty(); });
    for (size_t place = 0; place < size(); ++place)
      chosen_[place] = chosen_[place] && installed_[place];
    for (size_t place = 0; place < size(); ++place)
      if (package(place).hoisted) chosen_[place] = chosen_[edges_[place][0].to];
  }

  void check_edges() {
    for (size_t place = 0; place < size(); ++place) {
      if (!chosen_[place] || is_prepacked(package(place))) continue;
      for (const Edge& edge : edges_[place])
        if (edge.to == kNowhere)
          check_missing(place, *edge.dependency);
        else if (edge.kind == DependencyKind::kOptional &&
                 is_other_platforms_mix_up(lockfile_, package(place), *edge.dependency))
          check_mix_up(place, edge);
    }
    report(left_out_, "lockfile-left-out",
           " optional packages are not in the lockfile; by their names they are for other "
           "platforms than " +
               std::string(target_.name) + ", but none of their kind for that is there");
    report(missing_peers_, "peer-missing", " peer dependencies are not in the lockfile");
  }

  void check_missing(size_t place, const Dependency& dependency) {
    const LockedPackage& from = package(place);
    std::string asked = dependency.name + "@" + dependency.range;
    switch (dependency.kind) {
      case DependencyKind::kProduction:
      case DependencyKind::kWorkspace:
        errors_.add(input_error("dependency-missing",
                                label(from) + " needs " + asked + ", which is not in the lockfile")
                        .at(dependency.position)
                        .hinted("run `npm install --package-lock-only` and keep its result"));
        return;
      case DependencyKind::kOptional:
        check_left_out(place, dependency);
        return;
      case DependencyKind::kPeer:
        missing_peers_.push_back({label(from) + " asks for " + asked, dependency.position});
        return;
      case DependencyKind::kDevelopment:
      case DependencyKind::kOptionalPeer:
        return;
    }
  }

  // Whether the dependency is one of a set of packages, each for a platform, of which the target's
  // is there: "x-unknown" beside "x-linux-x64" of the same version.
  bool has_sibling_for_target(size_t place, const Dependency& dependency) {
    for (const Edge& edge : edges_[place]) {
      const Dependency& other = *edge.dependency;
      if (edge.to == kNowhere || !is_optional(edge) || !chosen_[edge.to]) continue;
      if (other.range != dependency.range) continue;
      std::string_view rest = other.name;
      auto differs = std::ranges::mismatch(rest, dependency.name).in1;
      size_t stem = rest.substr(0, static_cast<size_t>(differs - rest.begin())).find_last_of("-/");
      if (stem == std::string_view::npos) continue;
      // What they have in common may be the operating system: "x-linux-arm" beside "x-linux-x64".
      for (std::string_view told : {rest.substr(stem + 1), rest})
        if (platform_of_name(told, target_) == NamedPlatform::kThisTarget) return true;
    }
    return false;
  }

  void check_left_out(size_t place, const Dependency& dependency) {
    const LockedPackage& from = package(place);
    // An alias hides the name that tells.
    std::string_view range = dependency.range;
    std::string_view name = dependency.name;
    if (range.starts_with("npm:")) name = range.substr(4, range.find('@', 5) - 4);
    NamedPlatform platform = platform_of_name(name, target_);
    if (platform != NamedPlatform::kThisTarget && has_sibling_for_target(place, dependency)) return;
    if (platform == NamedPlatform::kAnother) {
      left_out_.push_back({dependency.name, dependency.position});
      return;
    }
    std::string why = platform == NamedPlatform::kThisTarget
                          ? ", which " + std::string(target_.name) + " needs"
                          : ", and its name does not say that it is for another platform";
    errors_.add(input_error("lockfile-incomplete", "the lockfile leaves out the optional " +
                                                       dependency.name + " of " + label(from) + why)
                    .at(dependency.position)
                    .hinted(std::string(kMend)));
  }

  void check_mix_up(size_t place, const Edge& edge) {
    if (!unusable_[edge.to].empty()) {
      if (!has_sibling_for_target(place, *edge.dependency))
        left_out_.push_back({edge.dependency->name, edge.dependency->position});
      return;
    }
    errors_.add(input_error("lockfile-incomplete",
                            "the lockfile has " + label(package(edge.to)) + " where " +
                                label(package(place)) + " asks for " + edge.dependency->range +
                                ", which " + std::string(target_.name) + " needs")
                    .at(edge.dependency->position)
                    .hinted(std::string(kMend)));
  }

  struct Remark {
    std::string text;
    Place position;
  };
  void report(const std::vector<Remark>& remarks, std::string code, const std::string& message) {
    if (remarks.empty()) return;
    Error warning = input_error(std::move(code), std::to_string(remarks.size()) + message);
    warning.position = remarks.front().position;
    for (size_t i = 0; i < remarks.size() && i < kMaxNotes; ++i)
      warning.notes.push_back(remarks[i].text);
    if (remarks.size() > kMaxNotes)
      warning.notes.push_back("and " + std::to_string(remarks.size() - kMaxNotes) + " more");
    diagnostics_.warning(std::move(warning));
  }

  PackageGraph graph() const {
    PackageGraph graph{target_, {}, {}};
    std::vector<size_t> index(size(), kNowhere);
    for (size_t place = 0; place < size(); ++place) {
      if (!chosen_[place]) {
        graph.skipped.push_back({&package(place), why_skipped(place)});
        continue;
      }
      index[place] = graph.packages.size();
      graph.packages.push_back({&package(place), 0, !required_[place], {}});
    }
    for (size_t place = 0; place < size(); ++place)
      if (index[place] != kNowhere)
        graph.packages[index[place]].dependencies = dependencies_of(place, index);
    // Breadth first, so that the first to ask is the one nearest to the project.
    std::vector<bool> asked(size(), false);
    std::deque<size_t> todo{0};
    asked[0] = true;
    while (!todo.empty()) {
      size_t place = todo.front();
      todo.pop_front();
      for (const Edge& edge : edges_[place]) {
        if (edge.to == kNowhere || edge.kind == DependencyKind::kDevelopment) continue;
        if (!unusable_[edge.to].empty() || asked[edge.to]) continue;
        asked[edge.to] = true;
        if (index[edge.to] != kNowhere && index[place] != kNowhere)
          graph.packages[index[edge.to]].requested_by = index[place];
        todo.push_back(edge.to);
      }
    }
    return graph;
  }

  std::vector<size_t> dependencies_of(size_t place, const std::vector<size_t>& index) const {
    std::vector<size_t> found;
    for (const Edge& edge : edges_[place])
      if (edge.to != kNowhere && edge.kind != DependencyKind::kDevelopment &&
          index[edge.to] != kNowhere)
        found.push_back(index[edge.to]);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  std::string why_skipped(size_t place) const {
    if (!unusable_[place].empty()) return unusable_[place];
    if (!production_[place]) return installed_[place] ? "development only" : "needed by nothing";
    return installed_[place] ? "needed only by packages that are left out"
                             : "an optional peer that nothing installs";
  }

  const Lockfile& lockfile_;
  const Target& target_;
  const ResolveOptions& options_;
  Diagnostics& diagnostics_;
  ErrorList errors_;
  std::vector<std::vector<Edge>> edges_;
  std::vector<bool> production_;       // reachable without development edges
  std::vector<bool> required_;         // and without optional ones
  std::vector<bool> installed_;        // reachable without optional peers, development included
  std::vector<std::string> unusable_;  // why not; "" for what can be used
  std::vector<bool> chosen_;
  std::vector<Remark> left_out_, missing_peers_;
};

}  // namespace

const PackageNode* PackageGraph::find(std::string_view install_path) const {
  auto at = std::ranges::lower_bound(packages, install_path, {}, [](const PackageNode& node) {
    return std::string_view(node.package->install_path);
  });
  return at != packages.end() && at->package->install_path == install_path ? &*at : nullptr;
}

size_t PackageGraph::count_foreign() const {
  return static_cast<size_t>(std::ranges::count_if(
      packages, [](const PackageNode& node) { return node.package->is_foreign(); }));
}

bool have_same_packages(const PackageGraph& a, const PackageGraph& b) {
  return a.packages == b.packages;
}

Result<PackageGraph> resolve_packages(const Lockfile& lockfile, const Target& target,
                                      Diagnostics& diagnostics, const ResolveOptions& options) {
  return Resolution(lockfile, target, options, diagnostics).run();
}

}  // namespace ingot
