#include "packer/acquire/yarn_cache.h"

#include <algorithm>

#include "base/file_system.h"

namespace ingot {
namespace {

// As yarn 1 looks for it; root's is the last one.
std::vector<std::string> cache_folders(const Environment& environment) {
  if (auto folder = find_variable(environment, "YARN_CACHE_FOLDER")) return {*folder};
  std::vector<std::string> out;
  if (auto folder = find_variable(environment, "XDG_CACHE_HOME"))
    out.push_back(join_path(*folder, "yarn"));
  if (auto home = find_variable(environment, "HOME"))
    out.push_back(join_path(*home, ".cache/yarn"));
  out.emplace_back("/usr/local/share/.cache/yarn");
  return out;
}

}  // namespace

std::vector<std::string> yarn_cache_candidates(const Environment& environment,
                                               const std::string& name, const std::string& version,
                                               const Integrity& integrity) {
  std::vector<std::string> out;
  std::string flat = name;
  std::ranges::replace(flat, '/', '-');
  for (const Digest& digest : integrity.digests()) {
    if (digest.algorithm != DigestAlgorithm::kSha1) continue;
    for (const std::string& folder : cache_folders(environment))
      for (const char* ending : {"-integrity", ""})
        out.push_back(join_path(folder, "v6/npm-" + flat + "-" + version + "-" + digest.hex() +
                                            ending + "/node_modules/" + name +
                                            "/.yarn-tarball.tgz"));
  }
  return out;
}

}  // namespace ingot
