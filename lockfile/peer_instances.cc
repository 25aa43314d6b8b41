#include "lockfile/peer_instances.h"

#include <algorithm>
#include <map>
#include <set>

namespace ingot {
namespace {

// Peer name -> the instance that is given for it.
using Peers = std::map<std::string, size_t>;

class Expansion {
 public:
  explicit Expansion(const InstanceGraph& graph) : graph_(graph) {}

  Result<InstanceGraph> run() {
    out_.kind = graph_.kind;
    out_.version = graph_.version;
    out_.name = graph_.name;
    out_.overridden = graph_.overridden;
    for (size_t i = 0; i < graph_.instances.size(); ++i)
      if (entry(i).package.is_local()) instance_of(i, {});
    for (size_t done = 0; done < out_.instances.size(); ++done) {
      if (out_.instances.size() > kMaxInstances)
        return fail(input_error("lockfile-too-many-instances",
                                "the peers in this lockfile make more than " +
                                    std::to_string(kMaxInstances) + " instances")
                        .at({graph_.name, 0, 0}));
      give_dependencies(done);
    }
    return std::move(out_);
  }

 private:
  const PackageInstance& entry(size_t i) const { return graph_.instances[i]; }

  size_t instance_of(size_t source, Peers peers) {
    auto key = std::pair(source, peers);
    auto [at, added] = known_.emplace(std::move(key), out_.instances.size());
    if (!added) return at->second;
    PackageInstance instance;
    instance.package = entry(source).package;
    instance.key = entry(source).key;
    // Folders have the names of their instances, so each has to differ.
    if (!peers.empty()) instance.key += "(" + std::to_string(++copies_[source]) + ")";
    instance.package.dependencies.clear();
    out_.instances.push_back(std::move(instance));
    origin_.push_back({source, std::move(peers)});
    return at->second;
  }

  void give_dependencies(size_t index) {
    size_t source = origin_[index].first;
    // A peer that is provided wins over what the package itself would take for it.
    std::map<std::string, size_t> given = origin_[index].second;
    std::set<std::string> pending;
    for (size_t d = 0; d < entry(source).targets.size(); ++d) child(index, d, given, pending);
    auto& dependencies = out_.instances[index].package.dependencies;
    for (size_t d = 0; d < entry(source).targets.size(); ++d) {
      dependencies.push_back(entry(source).package.dependencies[d]);
      auto at = given.find(dependencies.back().name);
      // What somebody provides is asked for, not only allowed.
      if (origin_[index].second.contains(dependencies.back().name))
        dependencies.back().kind = dependencies.back().kind == DependencyKind::kOptionalPeer
                                       ? DependencyKind::kOptional
                                       : DependencyKind::kProduction;
      out_.instances[index].targets.push_back(at == given.end() ? kNoInstance : at->second);
    }
    for (const auto& [name, target] : origin_[index].second) {
      if (std::ranges::find(dependencies, name, &Dependency::name) != dependencies.end()) continue;
      dependencies.push_back(
          {name, "*", DependencyKind::kProduction, out_.instances[index].package.position});
      out_.instances[index].targets.push_back(target);
    }
  }

  // The instance that dependency `d` of the instance `index` gets; its own peers come first.
  size_t child(size_t index, size_t d, std::map<std::string, size_t>& given,
               std::set<std::string>& pending) {
    size_t source = origin_[index].first;
    const std::string& name = entry(source).package.dependencies[d].name;
    size_t target = entry(source).targets[d];
    if (target == kNoInstance) return kNoInstance;
    if (auto at = given.find(name); at != given.end()) return at->second;
    pending.insert(name);
    Peers peers;
    for (const std::string& peer : entry(target).peers) {
      size_t provider = provider_of(index, peer, given, pending);
      if (provider != kNoInstance) peers[peer] = provider;
    }
    pending.erase(name);
    size_t made = instance_of(target, std::move(peers));
    given[name] = made;
    return made;
  }

  size_t provider_of(size_t index, const std::string& peer, std::map<std::string, size_t>& given,
                     std::set<std::string>& pending) {
    size_t source = origin_[index].first;
    const auto& dependencies = entry(source).package.dependencies;
    auto own = std::ranges::find(dependencies, peer, &Dependency::name);
    if (own != dependencies.end()) {
      // Two siblings that are each other's peers: one of them goes without, as look-up then
      // finds the other beside it.
      if (pending.contains(peer)) return kNoInstance;
      return child(index, static_cast<size_t>(own - dependencies.begin()), given, pending);
    }
    auto inherited = origin_[index].second.find(peer);
    if (inherited != origin_[index].second.end()) return inherited->second;
    return entry(source).package.name == peer ? index : kNoInstance;
  }

  const InstanceGraph& graph_;
  InstanceGraph out_;
  std::vector<std::pair<size_t, Peers>> origin_;  // of each instance made: the entry, its peers
  std::map<std::pair<size_t, Peers>, size_t> known_;
  std::map<size_t, size_t> copies_;
};

}  // namespace

Result<InstanceGraph> with_peer_instances(const InstanceGraph& graph) {
  return Expansion(graph).run();
}

}  // namespace ingot
