#include <algorithm>
#include <map>
#include <set>

#include "lockfile/placed.h"
#include "lockfile/placement.h"

namespace ingot {
namespace {

// Peers of peers that are looked at; more is nothing that a package manager could install either.
constexpr size_t kMaxPeerDepth = 16;

// The packages between the project and a place: a folder of the user first when it is below one.
using Parts = std::vector<std::string>;

// One copy of an instance, on its way to its place.
struct Copy {
  size_t instance = 0;
  std::string name;  // of its folder in node_modules: an alias keeps its alias
  Parts parts;       // with `name` last
};

// A dependency whose copy has still to be made.
struct Request {
  std::string order;  // "name@range": the order within a level
  std::string name;
  size_t instance = 0;
  size_t parent = 0;  // a copy
};

std::string key_of(const Parts& parts) {
  std::string key;
  for (const std::string& part : parts) key += part + '#';  // no name contains '#'
  return key;
}

class HoistedPlacement {
 public:
  explicit HoistedPlacement(InstanceGraph& graph) : graph_(graph) {}

  std::vector<LockedPackage> run() {
    add_folders();
    reserve_most_wanted();
    add_direct();
    while (!level_.empty()) {
      std::vector<Request> level = std::move(level_);
      level_.clear();
      std::ranges::stable_sort(level, {}, [this](const Request& request) {
        return std::pair(peer_depth(request.parent, request.instance),
                         std::string_view(request.order));
      });
      for (const Request& request : level) hoist(request);
    }
    return packages();
  }

 private:
  const PackageInstance& instance(size_t i) const { return graph_.instances[i]; }
  bool is_folder(size_t i) const { return instance(i).package.is_local(); }

  // The user's folders stand below the project like packages with a node_modules of their own.
  void add_folders() {
    for (size_t i = 0; i < graph_.instances.size(); ++i) {
      if (!is_folder(i)) continue;
      const std::string& path = instance(i).package.install_path;
      Parts parts;
      if (!path.empty()) parts.push_back("/" + path);
      copies_.push_back({i, "", parts});
    }
  }

  // Of several versions of a name that the project does not depend on itself, the one with most
  // dependents gets the top, unless each has only one.
  void reserve_most_wanted() {
    std::map<std::string, std::map<size_t, std::set<size_t>>>
        wanted;  // name -> instance -> by whom
    std::set<std::string> direct;
    for (size_t i = 0; i < graph_.instances.size(); ++i)
      for (size_t d = 0; d < instance(i).targets.size(); ++d) {
        const std::string& name = instance(i).package.dependencies[d].name;
        size_t target = instance(i).targets[d];
        if (target == kNoInstance || is_folder(target)) continue;
        if (i == 0) direct.insert(name);
        auto& by = wanted[name][target];
        if (i != 0) by.insert(i);
      }
    for (auto& [name, versions] : wanted) {
      if (versions.size() < 2 || direct.contains(name)) continue;
      std::vector<size_t> order;
      for (auto& [target, by] : versions) order.push_back(target);
      std::ranges::stable_sort(
          order, {}, [&](size_t i) { return std::string_view(instance(i).package.version); });
      size_t most = order.front();
      for (size_t target : order)
        if (versions[target].size() > versions[most].size()) most = target;
      if (versions[most].size() > 1) add_copy({most, name, {name}});
    }
  }

  void add_direct() {
    for (size_t d = 0; d < instance(0).targets.size(); ++d) {
      size_t target = instance(0).targets[d];
      const std::string& name = instance(0).package.dependencies[d].name;
      if (target == kNoInstance || tree_.contains(key_of({name}))) continue;
      add_copy({target, name, {name}});
    }
    for (size_t c = 1; c < copies_.size() && copies_[c].name.empty(); ++c) request_dependencies(c);
  }

  void add_copy(Copy copy) {
    std::string key = key_of(copy.parts);
    taint(key, copy);
    tree_[key] = copies_.size();
    copies_.push_back(std::move(copy));
    if (!is_folder(copies_.back().instance)) request_dependencies(copies_.size() - 1);
  }

  void request_dependencies(size_t c) {
    const PackageInstance& from = instance(copies_[c].instance);
    for (size_t d = 0; d < from.targets.size(); ++d) {
      const Dependency& dependency = from.package.dependencies[d];
      if (from.targets[d] != kNoInstance)
        level_.push_back(
            {dependency.name + "@" + dependency.range, dependency.name, from.targets[d], c});
    }
  }

  bool same(const Copy& a, size_t b) const {
    return a.instance == copies_[b].instance && a.name == copies_[b].name;
  }

  // Says that below `key`'s parent the name means this package, because a dependent there sees it.
  void taint(const std::string& key, const Copy& copy) {
    tainted_.emplace(key, std::pair(copy.instance, copy.name));
  }
  bool tainted_by_another(const std::string& key, const Copy& copy) const {
    auto at = tainted_.find(key);
    return at != tainted_.end() && at->second != std::pair(copy.instance, copy.name);
  }

  bool is_valid(const Parts& parts, const Copy& copy) const {
    std::string key = key_of(parts);
    auto existing = tree_.find(key);
    if (existing != tree_.end() && same(copy, existing->second)) return true;
    return existing == tree_.end() && !tainted_by_another(key, copy);
  }

  void hoist(const Request& request) {
    Copy copy{request.instance, request.name, copies_[request.parent].parts};
    const Parts start = copy.parts;  // of the dependent
    if (is_seen_above(start, copy)) return;
    climb(copy);
    for (size_t i = copy.parts.size() - 1; i <= start.size(); ++i) {
      Parts between(start.begin(), start.begin() + static_cast<ptrdiff_t>(i));
      between.push_back(copy.name);
      taint(key_of(between), copy);
    }
    if (!tree_.contains(key_of(copy.parts))) add_copy(std::move(copy));
  }

  // Peers that the dependent provides come before what asks for them: where they are decides how
  // high it may go.
  size_t peer_depth(size_t parent, size_t target, size_t limit = kMaxPeerDepth) {
    auto [known, added] = peer_depths_.emplace(std::pair(parent, target), 0);
    if (!added || limit == 0) return known->second;
    size_t depth = 0;
    const PackageInstance& from = instance(copies_[parent].instance);
    for (const std::string& peer : instance(target).peers)
      for (size_t d = 0; d < from.targets.size(); ++d)
        if (from.targets[d] != kNoInstance && from.package.dependencies[d].name == peer)
          depth = std::max(depth, 1 + peer_depth(parent, from.targets[d], limit - 1));
    return known->second = depth;
  }

  // Whether the dependent sees this very package already, with the peers it would have beside the
  // dependent; if so, nothing may get in between.
  bool is_seen_above(const Parts& start, const Copy& copy) {
    for (size_t i = start.size() + 1; i-- > 0;) {
      Parts parts(start.begin(), start.begin() + static_cast<ptrdiff_t>(i));
      parts.push_back(copy.name);
      std::string key = key_of(parts);
      auto existing = tree_.find(key);
      if (existing != tree_.end()) {
        if (!same(copy, existing->second)) return false;
        for (size_t k = i; k <= start.size(); ++k) {
          Parts between(start.begin(), start.begin() + static_cast<ptrdiff_t>(k));
          between.push_back(copy.name);
          taint(key_of(between), copy);
        }
        return true;
      }
      if (tainted_by_another(key, copy)) return false;
      parts.pop_back();
      if (hides_a_peer(parts, copy)) return false;
    }
    return false;
  }

  // Finds the highest folder in which the dependent sees it and nobody else minds.
  void climb(Copy& copy) const {
    Parts& parts = copy.parts;
    Parts stack;
    bool step_up = false;
    while (!parts.empty()) {
      parts.push_back(copy.name);
      std::string key = key_of(parts);
      parts.pop_back();
      if (tree_.contains(key) || tainted_.contains(key)) {
        step_up = true;
        break;
      }
      if (hides_a_peer(parts, copy)) break;
      stack.push_back(std::move(parts.back()));
      parts.pop_back();
    }
    parts.push_back(copy.name);
    if (!is_valid(parts, copy)) step_up = true;
    while (step_up && !stack.empty()) {
      parts.back() = std::move(stack.back());
      stack.pop_back();
      parts.push_back(copy.name);
      step_up = !is_valid(parts, copy);
    }
  }

  // A package goes no higher than the peers it asks for.
  bool hides_a_peer(const Parts& parts, const Copy& copy) const {
    for (const std::string& peer : instance(copy.instance).peers) {
      Parts place = parts;
      place.push_back(peer);
      if (tree_.contains(key_of(place))) return true;
    }
    return false;
  }

  static std::string path_of(const Parts& parts) {
    std::string path;
    for (const std::string& part : parts) {
      if (part.starts_with('/'))
        path = part.substr(1);
      else
        path += (path.empty() ? "node_modules/" : "/node_modules/") + part;
    }
    return path;
  }

  std::vector<LockedPackage> packages() {
    std::vector<LockedPackage> out;
    for (const Copy& copy : copies_) {
      LockedPackage package = instance(copy.instance).package;
      if (is_folder(copy.instance) && !copy.name.empty()) {
        LockedPackage link;
        link.name = package.name;
        link.link_target = package.install_path;
        link.source = {SourceKind::kDirectory, package.install_path};
        link.position = package.position;
        package = std::move(link);
      }
      if (!copy.name.empty()) package.install_path = path_of(copy.parts);
      out.push_back(std::move(package));
    }
    return out;
  }

  InstanceGraph& graph_;
  std::vector<Copy> copies_;
  std::map<std::string, size_t> tree_;  // key -> copy
  std::map<std::string, std::pair<size_t, std::string>> tainted_;
  std::vector<Request> level_;
  std::map<std::pair<size_t, size_t>, size_t> peer_depths_;  // of an instance below a copy
};

}  // namespace

Result<Lockfile> place_hoisted(InstanceGraph graph, Diagnostics& diagnostics) {
  TRY(check_targets(graph, diagnostics));
  return placed(graph, HoistedPlacement(graph).run(), diagnostics);
}

}  // namespace ingot
