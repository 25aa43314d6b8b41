// The proof on the real templates: those of the other targets that ingot's store has.
#include <catch2/catch.hpp>

#include "base/mapped_file.h"
#include "packer/compile/v8/proof.h"
#include "packer/compile/v8/read_only_heap.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// Node 26.10.0 has this many files of its own.
constexpr size_t kBuiltins = 441;

// Maps nothing, with a visible line, when the store has no template for the target.
MappedFile template_of(std::string_view target) {
  auto path = find_template_file(target);
  if (!path) return {};
  auto file = MappedFile::open(*path);
  REQUIRE(file);
  return std::move(*file);
}

}  // namespace

TEST_CASE("Translated, Node's own code caches of linux-x64 are those in the other templates") {
  const MappedFile host_file = template_of("linux-x64");
  if (host_file.bytes().empty()) return;
  auto host = find_node_snapshot(host_file.bytes());
  REQUIRE(host);
  CHECK(host->code_caches.size() == kBuiltins);
  CHECK(ReadOnlyHeap::read(host->read_only, *host->version)->strings().size() == 1655);
  size_t targets = 0, compared = 0;
  for (const Target& target : kTargets) {
    if (target.name == "linux-x64") continue;
    const MappedFile file = template_of(target.name);
    if (file.bytes().empty()) continue;
    CAPTURE(target.name);
    auto snapshot = find_node_snapshot(file.bytes());
    REQUIRE(snapshot);
    auto translation = CacheTranslation::between(*host, *snapshot);
    REQUIRE(translation);
    const bool is_windows = target.os == Os::kWindows;
    auto proved =
        prove_translation(*translation, *host, *snapshot,
                          is_windows ? BuiltinSources::kOtherLineEnds : BuiltinSources::kSame);
    INFO((proved ? "" : proved.error().message));
    REQUIRE(proved);
    CHECK(*proved == kBuiltins);
    // The weaker proof is not what the others pass by, nor Windows the stronger one.
    if (is_windows)
      CHECK_FALSE(prove_translation(*translation, *host, *snapshot, BuiltinSources::kSame));
    compared += *proved;
    ++targets;
  }
  WARN(compared << " code caches of Node's own compared, for " << targets << " targets");
}

TEST_CASE("A template is not proved with the heap of another one") {
  const MappedFile host_file = template_of("linux-x64");
  const MappedFile target_file = template_of("linux-arm64");
  if (host_file.bytes().empty() || target_file.bytes().empty()) return;
  auto host = find_node_snapshot(host_file.bytes());
  auto target = find_node_snapshot(target_file.bytes());
  REQUIRE(host);
  REQUIRE(target);
  auto identity = CacheTranslation::between(*host, *host);
  REQUIRE(identity);
  CHECK(prove_translation(*identity, *host, *host, BuiltinSources::kSame));
  auto proved = prove_translation(*identity, *host, *target, BuiltinSources::kSame);
  REQUIRE_FALSE(proved);
  CHECK(proved.error().code == "code-cache-unproved");
}
