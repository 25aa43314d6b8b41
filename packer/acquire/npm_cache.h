// Where npm's own cache may hold a tarball.
//
// Owns the layout of npm's cache (cacache): content under its digest in
// `_cacache/content-v2/<algorithm>/<2 hex>/<2 hex>/<rest>`, nearly always sha512, and an index
// under the SHA-256 of a key in `_cacache/index-v5/<2 hex>/<2 hex>/<rest>`, each line `<sha1 of the
// JSON> TAB <JSON with "key" and "integrity">`. The index only says where to look: whoever reads
// the content verifies it against the lockfile. Never writes there.
#pragma once

#include <string>
#include <vector>

#include "base/file_system.h"
#include "lockfile/integrity.h"

namespace ingot {

// Paths at which content that fits `integrity` may lie, best first; most will not exist.
// `index_keys` are asked only where the digest alone does not lead to the content (old sha1 locks).
std::vector<std::string> npm_cache_candidates(const FileSystem& files,
                                              const std::string& cache_folder,
                                              const Integrity& integrity,
                                              const std::vector<std::string>& index_keys);

// The keys under which npm notes a tarball: by address and by name and version.
std::vector<std::string> npm_index_keys(const std::string& url, const std::string& name,
                                        const std::string& version);

}  // namespace ingot
