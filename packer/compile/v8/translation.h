// Makes code caches for one Node binary out of those that another of the same V8 has made.
//
// Owns the two things that differ between such caches: references to strings in the read-only heap,
// which lies a little differently in every binary, and the header's checksum of that heap. Changes
// nothing else, so the result is what the other binary would have made, in the same canonical form.
// V8 checks only the header: a wrong reference crashes the program that loads it. So a cache with a
// reference that is not understood has no translation, and a translation is used only after
// proof.h has tried it on Node's own code caches.
#pragma once

#include <cstdint>
#include <vector>

#include "base/byte_view.h"
#include "packer/compile/v8/read_only_heap.h"
#include "packer/compile/v8/snapshot.h"

namespace ingot {

// To be part of the key of whatever remembers translations: stands for everything that decides
// whether one is right (the readers of snapshot and heap, the translation and its proof).
inline constexpr uint32_t kTranslationRevision = 1;

class CacheTranslation {
 public:
  // Error "code-cache-version": the binaries have different versions of V8; and those of
  // ReadOnlyHeap::read.
  static Result<CacheTranslation> between(const NodeSnapshot& host, const NodeSnapshot& target);

  // `cache`: of the host. Takes time in proportion to its size. Errors: "code-cache-malformed";
  // "code-cache-version"; "code-cache-foreign", a cache of another binary than the host's;
  // "code-cache-untranslatable", when it refers to something in the read-only heap that is no
  // string, or to a string that the target has not or has twice.
  Result<Bytes> translate(ByteView cache) const;

  const V8Version& version() const { return *version_; }

  // For a store of what was proved once:
  //   translation = u32 version-hash, u32 host-checksum, u32 target-checksum, *reference
  //   reference   = u32 page, u32 offset, u32 0 / 1, u32 page, u32 offset
  //                                  ; of the host's string; 1: the target has it; there. By the
  //                                  former
  // Error of `parse`: "translation-malformed".
  Bytes serialize() const;
  static Result<CacheTranslation> parse(ByteView bytes);

 private:
  explicit CacheTranslation(const V8Version& version) : version_(&version) {}
  struct Reference {
    ReadOnlyPlace host;
    ReadOnlyPlace target;
    bool in_target = false;  // as exactly one string
  };
  Result<ReadOnlyPlace> translate(ReadOnlyPlace place) const;

  const V8Version* version_;
  uint32_t host_checksum_ = 0;
  uint32_t target_checksum_ = 0;
  std::vector<Reference> references_;  // by `host`
};

}  // namespace ingot
