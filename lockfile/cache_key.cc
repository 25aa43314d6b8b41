#include "lockfile/cache_key.h"

#include <algorithm>
#include <utility>

namespace ingot {
namespace {

// Of yarn 2.4, 3, a candidate of 4, and 4.
constexpr std::pair<std::string_view, int> kVersions[] = {{"7", 7}, {"8", 8}, {"9", 9}, {"10", 10}};

}  // namespace

std::optional<ArchiveRecipe> parse_cache_key(std::string_view key) {
  size_t mark = key.find('c');
  auto version =
      std::ranges::find(kVersions, key.substr(0, mark), &std::pair<std::string_view, int>::first);
  if (version == std::end(kVersions)) return std::nullopt;
  if (mark == std::string_view::npos) return ArchiveRecipe{version->second, std::nullopt};
  std::string_view level = key.substr(mark + 1);
  if (level.size() != 1 || level[0] < '0' || level[0] > '9') return std::nullopt;
  return ArchiveRecipe{version->second, level[0] - '0'};
}

}  // namespace ingot
