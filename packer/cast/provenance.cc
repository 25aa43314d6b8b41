#include "packer/cast/provenance.h"

#include <algorithm>
#include <limits>
#include <map>

#include "base/file_system.h"

namespace ingot {
namespace {

constexpr size_t kMaxCandidates = 5;
constexpr uint32_t kUnreached = std::numeric_limits<uint32_t>::max();
constexpr std::string_view kVirtualRoots[] = {"file:///dev/null/vfs/0/", "/dev/null/vfs/0/"};

// How far each package is from the project.
std::vector<uint32_t> distances_of(const std::vector<SealedPackage>& packages) {
  std::vector<uint32_t> distances(packages.size(), kUnreached);
  if (packages.empty()) return distances;
  std::vector<uint32_t> todo{0};
  distances[0] = 0;
  for (size_t i = 0; i < todo.size(); ++i) {
    for (uint32_t next : packages[todo[i]].dependencies) {
      if (distances[next] != kUnreached) continue;
      distances[next] = distances[todo[i]] + 1;
      todo.push_back(next);
    }
  }
  return distances;
}

class WayFinder {
 public:
  explicit WayFinder(const std::vector<SealedPackage>& packages)
      : distances_(distances_of(packages)), dependents_(packages.size()) {
    for (uint32_t from = 0; from < packages.size(); ++from)
      for (uint32_t to : packages[from].dependencies)
        if (distances_[from] != kUnreached && distances_[from] + 1 == distances_[to])
          dependents_[to].push_back(from);
  }

  DependencyWays find(uint32_t package) const {
    DependencyWays ways;
    if (distances_[package] == kUnreached) return ways;
    std::map<uint32_t, uint64_t> counts;
    ways.count = count(package, counts);
    std::vector<uint32_t> back{package};
    collect(back, ways.shown);
    return ways;
  }

 private:
  // Distances shrink with each step, so both end.
  uint64_t count(uint32_t package, std::map<uint32_t, uint64_t>& known) const {
    if (distances_[package] == 0) return 1;
    if (auto found = known.find(package); found != known.end()) return found->second;
    uint64_t sum = 0;
    for (uint32_t dependent : dependents_[package]) {
      uint64_t more = count(dependent, known);
      sum = sum > std::numeric_limits<uint64_t>::max() - more ? std::numeric_limits<uint64_t>::max()
                                                              : sum + more;
    }
    return known[package] = sum;
  }

  void collect(std::vector<uint32_t>& back, std::vector<std::vector<uint32_t>>& out) const {
    if (out.size() >= kMaxShownWays) return;
    if (distances_[back.back()] == 0) {
      out.emplace_back(back.rbegin(), back.rend());
      return;
    }
    for (uint32_t dependent : dependents_[back.back()]) {
      back.push_back(dependent);
      collect(back, out);
      back.pop_back();
    }
  }

  std::vector<uint32_t> distances_;
  std::vector<std::vector<uint32_t>> dependents_;  // one step nearer to the project
};

std::string path_of_name(std::string_view name) {
  for (std::string_view root : kVirtualRoots)
    if (name.starts_with(root)) name.remove_prefix(root.size());
  std::string path = normal_path(name);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::optional<uint32_t> find_file(const Provenance& provenance, const std::string& path) {
  auto found = std::ranges::lower_bound(provenance.files, path, {}, &SealedFile::path);
  if (found == provenance.files.end() || found->path != path) return std::nullopt;
  return static_cast<uint32_t>(found - provenance.files.begin());
}

std::vector<uint32_t> find_packages(const Provenance& provenance, const std::string& name,
                                    const std::string& path) {
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < provenance.packages.size(); ++i) {
    const SealedPackage& package = provenance.packages[i];
    bool is_folder = !package.path.empty() && package.path == path;
    // An alias is known by the name of its folder, too.
    bool is_name = package.name == name || package.name + "@" + package.version == name ||
                   package.path.ends_with("node_modules/" + name);
    if (is_folder || is_name) found.push_back(i);
  }
  return found;
}

Error not_inside(const Provenance& provenance, const std::string& name, const std::string& path) {
  Error error = input_error("not-inside", name + " is not inside");
  for (const LeftOutFile& file : provenance.left_out) {
    bool covers = file.path == path || (file.path.ends_with('/') && path.starts_with(file.path)) ||
                  file.path == path + "/";
    if (covers) error.notes.push_back(file.path + " is left out: " + file.reason);
  }
  for (const SkippedName& package : provenance.skipped)
    if (package.name == name || package.name + "@" + package.version == name)
      error.notes.push_back(package.name + "@" + package.version +
                            " is left out: " + package.reason);
  if (!error.notes.empty()) {
    error.hint = "name a file with --include; make a package a dependency of the project";
    return error;
  }
  std::string last = "/" + std::string(base_name(path));
  for (const SealedFile& file : provenance.files)
    if (("/" + file.path).ends_with(last) && error.notes.size() < kMaxCandidates)
      error.notes.push_back(file.path + " is");
  error.hint = "name a file by its path in the project or below node_modules/, or a package";
  return error;
}

}  // namespace

Provenance provenance_of(const SealedManifest& manifest, const PayloadReader& payload) {
  Provenance out;
  out.entry = manifest.entry;
  out.packages = manifest.packages;
  out.files = manifest.files;
  std::ranges::sort(out.files, {}, &SealedFile::path);
  std::vector<std::optional<uint32_t>> files;  // by entry
  for (const PayloadEntryView& entry : payload.entries())
    files.push_back(find_file(out, std::string(entry.path)));
  for (uint32_t i = 0; i < payload.entries().size(); ++i)
    for (const PayloadRequest& request : payload.requests(i))
      if (files[i] && files[request.target])
        out.requests.push_back(
            {*files[i], *files[request.target], std::string(request.specifier), request.is_import});
  return out;
}

Result<std::vector<Explanation>> explain(const Provenance& provenance, const std::string& name) {
  std::string path = path_of_name(name);
  std::vector<Explanation> found;
  if (auto file = find_file(provenance, path)) {
    found.push_back({provenance.files[*file].package, *file, {}, {}});
    for (const ModuleRequest& request : provenance.requests)
      if (request.to == *file) found.back().requests.push_back(&request);
  } else {
    for (uint32_t package : find_packages(provenance, name, path))
      found.push_back({package, std::nullopt, {}, {}});
    if (found.empty()) return fail(not_inside(provenance, name, path));
    auto package_of = [&](uint32_t index) { return provenance.files[index].package; };
    for (Explanation& explanation : found)
      for (const ModuleRequest& request : provenance.requests)
        if (package_of(request.to) == explanation.package &&
            package_of(request.from) != explanation.package)
          explanation.requests.push_back(&request);
  }
  WayFinder ways(provenance.packages);
  for (Explanation& explanation : found) explanation.ways = ways.find(explanation.package);
  return found;
}

std::string rule_of(const Provenance& provenance, const SealedFile& file) {
  if (!file.reason.empty()) return file.reason;
  if (!file.link.empty()) return "made by the installation";
  const SealedPackage& package = provenance.packages[file.package];
  if (package.proof == "parent") return "bundled in another package's tarball";
  return file.package == 0 ? "one of the project's own files"
                           : "published in its package's tarball";
}

}  // namespace ingot
