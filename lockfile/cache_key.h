// The "cacheKey" of yarn 2 and later: how the archive is made whose checksum is in the lockfile.
//
// Owns reading it. What it asks for is made by packer/unpack/berry_archive.h.
//
//   cacheKey = version [ "c" level ]      version: yarn's number for the whole recipe
//                                         level:   of compression, 0 to 9; absent means "mixed"
#pragma once

#include <optional>
#include <string_view>

namespace ingot {

struct ArchiveRecipe {
  int version = 0;
  // Every file is deflated at this level, or stored at level 0; nothing: each file is deflated at
  // level 9 where that makes it smaller, and else stored ("mixed").
  std::optional<int> level;

  bool compresses() const { return level != 0; }
};

// Nothing for a key whose recipe is not known here: such a checksum proves nothing.
std::optional<ArchiveRecipe> parse_cache_key(std::string_view key);

}  // namespace ingot
