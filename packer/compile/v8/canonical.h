// Makes the bytes of a V8 code cache depend on the source and on V8, and on nothing else.
//
// Owns the fields in which a process leaves its history and which mean nothing to the reader: the
// number of the Script and the numbers of the SharedFunctionInfos, which V8 counts through the life
// of a process (V8 numbers the script anew when it reads the cache), and four bytes in the header
// of each BytecodeArray that V8 never initialises. The numbers become 1, and 1, 2, 3... in the
// order of the stream; the four bytes become 0. Changes nothing else, and not a byte of a cache
// whose structure is not that of the version: half a correction would crash V8.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "packer/compile/v8/code_cache_format.h"

namespace ingot {

// To be part of the key of whatever remembers canonical caches.
inline constexpr uint32_t kCanonicalFormRevision = 1;

// `cache`: the header and all behind it, of one script, function or module, compiled lazily or
// eagerly. Takes time in proportion to its size. Errors: "code-cache-malformed" and, when the
// header names another V8 than `version`, "code-cache-version".
Status canonicalize(std::span<uint8_t> cache, const V8Version& version);

// The same for the version that the header names.
Status canonicalize(std::span<uint8_t> cache);

}  // namespace ingot
