// Compact templates in tests: the loader of a target around a Node binary.
#pragma once

#include <catch2/catch.hpp>

#include "casting.h"
#include "loader/payload_reader.h"
#include "loader/program/programs.h"
#include "packer/executable/compact.h"

namespace ingot {

// Nothing, with a visible line, when this ingot has no loader for the target.
inline ByteView loader_for(std::string_view target) {
  ByteView loader = loader_program(*find_target(target));
  if (loader.empty()) WARN("SKIPPED: this ingot was built without the loader for " << target);
  return loader;
}

inline Result<Bytes> compact_of(ByteView loader, ByteView node, bool hash_always = false) {
  CompactRuntime runtime =
      TRY(describe_runtime(node, digest_of(DigestAlgorithm::kSha256, node), hash_always));
  return make_compact(loader, runtime.header, zstd_compress(runtime.content, 9), node);
}

inline const std::string kApplication = "the application";

// What is cast of a compact template: it would load, and gives the application and the template
// back.
inline Bytes cast_compact(const Result<Bytes>& original, std::string_view target) {
  INFO((original ? "" : original.error().message));
  REQUIRE(original);
  auto cast = cast_bytes(*original, source_of(ByteView(kApplication)), target);
  INFO((cast ? "" : cast.error().message));
  REQUIRE(cast);
  Status layout = check_executable(*cast);
  INFO((layout ? "" : layout.error().message));
  CHECK(layout);
  CHECK(find_sea_blob(*cast)->text() == kApplication);
  CHECK(digest_of_original(*cast)->hex() == sha256_hex(*original));
  return std::move(*cast);
}

// No byte of the record, which is at `record` in the file, can change without an error.
inline void check_record_is_sealed(Bytes file, size_t record) {
  for (size_t i = 0; i < sizeof(CompactHeader); ++i) {
    CAPTURE(i);
    file[record + i] ^= 0x10;
    auto parts = find_compact(file);
    file[record + i] ^= 0x10;
    REQUIRE_FALSE(parts);
    CHECK(parts.error().code == "compact-damaged");
  }
}

}  // namespace ingot
