// What another target gets of the code caches that the host's template has made.
//
// Owns deciding between a translated cache and none, for each file and for a target as a whole:
// none wherever the translation is not certain, which costs time at start and nothing else. Reads
// and proves by packer/compile/v8; never runs anything, never changes the host's tree.
#pragma once

#include "base/error.h"
#include "base/target.h"
#include "packer/compile/compiled_tree.h"
#include "packer/compile/v8/translation.h"

namespace ingot {

struct TemplateImage {
  ByteView bytes;
  std::string_view sha256;  // hex, of them
};

// Between two templates, tried on all the code caches of Node's own JavaScript: in this call (some
// 0.1 s), or in an earlier one with these very bytes, which the store remembers. Errors: those of
// find_node_snapshot, CacheTranslation::between and prove_translation.
Result<CacheTranslation> proved_translation(const TemplateImage& host,
                                            const TemplateImage& target_image, const Target& target,
                                            const Store& store);

// A tree for `target` with everything that `compiled` knows, and the caches that can be translated.
// `translation`: of proved_translation, or why there is none. Warning "code-cache-left-out", at
// most one. The views of what is returned stay valid as long as itself.
CompiledTree translate_tree(const CompiledTree& compiled,
                            const Result<CacheTranslation>& translation, const Target& target,
                            Diagnostics& diagnostics);

}  // namespace ingot
