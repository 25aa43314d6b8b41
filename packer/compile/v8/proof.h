// The proof that code caches are translated right, on caches that Node's makers have made.
//
// Owns trying a translation on the code caches of Node's own JavaScript, some 440 files that lie
// in the host's binary as well as in the target's, made on the very platform: each of the host's,
// translated, has to be one of the target's, and none may be left over. Both are brought into the
// canonical form before (canonical.h), for what is taken out there is the history of a process.
//
// Windows binaries are built from the same sources with other line ends, so positions in the source
// text differ. There every token, every reference, every byte of bytecode and every other field of
// every object has to be equal, but not the fields that hold such positions (SourcePositions in
// code_cache_format.h) nor the header's length of the source.
#pragma once

#include <cstddef>

#include "packer/compile/v8/snapshot.h"
#include "packer/compile/v8/translation.h"

namespace ingot {

enum class BuiltinSources { kSame, kOtherLineEnds };

// How many caches were compared: all, and at least one. Errors: "code-cache-unproved" with what is
// wrong, and those of `canonicalize` and `CacheTranslation::translate`.
Result<size_t> prove_translation(const CacheTranslation& translation, const NodeSnapshot& host,
                                 const NodeSnapshot& target, BuiltinSources sources);

}  // namespace ingot
