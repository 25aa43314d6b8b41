#include "packer/compile/v8/proof.h"

#include <catch2/catch.hpp>

#include "handmade_binary.h"

using namespace ingot;

namespace {

constexpr uint32_t kHostChecksum = 0xE32725FA;
constexpr uint32_t kTargetChecksum = 0x9C1938E0;
const HandmadePage kHostPage({{"join"}, {"status"}});
const HandmadePage kTargetPage({{"status"}, {"join"}}, 8);

enum class Side { kHost, kTarget };

// Which of "join" and "status" a source uses, and where in the source things are.
struct Source {
  bool join = true;
  uint32_t position = 10;
  uint32_t locals = 2;
  uint32_t length = 100;
  std::vector<uint64_t> table = {1, 2};
};

Bytes builtin(Side side, const Source& source, const History& history = {}) {
  const bool is_host = side == Side::kHost;
  const ReadOnlyPlace place{
      0, is_host ? kHostPage.place(source.join ? 0 : 1) : kTargetPage.place(source.join ? 1 : 0)};
  StreamBuilder more;
  more.object(1, 6).root(0x4F).raw(  // ScopeInfo
      {smi(1), smi(0), smi(source.locals), smi(source.position), smi(source.position + 5)});
  std::vector<uint64_t> table = {smi(static_cast<uint32_t>(8 * source.table.size()))};
  table.insert(table.end(), source.table.begin(), source.table.end());
  more.object(3, static_cast<uint32_t>(1 + table.size())).root(0x6D).raw(table);  // positions
  Bytes stream = handmade_stream(history, {{place}, more.bytes()});
  stream.resize(align_up(stream.size(), 8), 0x0A);
  Bytes cache = code_cache_of(stream, v8_14(), is_host ? kHostChecksum : kTargetChecksum);
  std::memcpy(cache.data() + offsetof(CodeCacheHeader, source_hash), &source.length, 4);
  return cache;
}

Result<size_t> prove(const std::vector<Bytes>& host_caches, const std::vector<Bytes>& target_caches,
                     BuiltinSources sources = BuiltinSources::kSame,
                     const HandmadePage& target_page = kTargetPage) {
  const Bytes host_bytes =
      bytes_of({.pages = {kHostPage}, .checksum = kHostChecksum, .code_caches = host_caches});
  const Bytes target_bytes =
      bytes_of({.pages = {target_page}, .checksum = kTargetChecksum, .code_caches = target_caches});
  auto host = find_node_snapshot(host_bytes);
  auto target = find_node_snapshot(target_bytes);
  REQUIRE(host);
  REQUIRE(target);
  REQUIRE(host->code_caches.size() == host_caches.size());
  auto translation = CacheTranslation::between(*host, *target);
  REQUIRE(translation);
  return prove_translation(*translation, *host, *target, sources);
}

std::string refusal(const Result<size_t>& proved) {
  return proved ? "" : proved.error().code;
}

const Source kOne = {};
const Source kTwo = {.join = false, .length = 200};

}  // namespace

TEST_CASE("A translation is proved when the target's own caches come out, in whatever order") {
  const History busy = {.script_id = 9, .outer_id = 77, .inner_id = 76, .outer_garbage = 5};
  auto proved = prove({builtin(Side::kHost, kOne), builtin(Side::kHost, kTwo, busy)},
                      {builtin(Side::kTarget, kTwo), builtin(Side::kTarget, kOne, busy)});
  REQUIRE(proved);
  CHECK(*proved == 2);
}

TEST_CASE("One cache that comes out otherwise is enough to prove nothing") {
  auto with = [](const Source& theirs) {
    return prove({builtin(Side::kHost, kOne), builtin(Side::kHost, kTwo)},
                 {builtin(Side::kTarget, kOne), builtin(Side::kTarget, theirs)});
  };
  CHECK(refusal(with(kTwo)).empty());
  CHECK(refusal(with({.join = true, .length = 200})) == "code-cache-unproved");
  CHECK(refusal(with({.join = false, .length = 201})) == "code-cache-unproved");
  CHECK(refusal(with({.join = false, .position = 11, .length = 200})) == "code-cache-unproved");
}

TEST_CASE("Caches that only one of the binaries has, or none, prove nothing") {
  const Bytes ours = builtin(Side::kHost, kOne), theirs = builtin(Side::kTarget, kOne);
  CHECK(refusal(prove({ours}, {theirs})).empty());
  CHECK(refusal(prove({}, {})) == "code-cache-unproved");
  CHECK(refusal(prove({}, {theirs})) == "code-cache-unproved");
  CHECK(refusal(prove({ours}, {})) == "code-cache-unproved");
  CHECK(refusal(prove({ours, ours}, {theirs})) == "code-cache-unproved");
  CHECK(refusal(prove({ours, builtin(Side::kHost, kTwo)}, {theirs, theirs})) ==
        "code-cache-unproved");
}

TEST_CASE("A string that the target has elsewhere than its own caches say proves nothing") {
  const HandmadePage exchanged({{"join"}, {"status"}}, 8);
  CHECK(refusal(prove({builtin(Side::kHost, kOne)}, {builtin(Side::kTarget, kOne)},
                      BuiltinSources::kSame, exchanged)) == "code-cache-unproved");
}

TEST_CASE("A string that the target has not is named") {
  CHECK(refusal(prove({builtin(Side::kHost, kOne)}, {builtin(Side::kTarget, kOne)},
                      BuiltinSources::kSame, HandmadePage({{"status"}}))) ==
        "code-cache-untranslatable");
}

TEST_CASE("With other line ends, positions in the source may differ, and nothing else") {
  auto with = [](const Source& theirs, BuiltinSources sources) {
    return refusal(prove({builtin(Side::kHost, kOne)}, {builtin(Side::kTarget, theirs)}, sources));
  };
  const Source moved = {.position = 13, .length = 104, .table = {1, 2, 3}};
  CHECK(with(moved, BuiltinSources::kOtherLineEnds).empty());
  CHECK(with(moved, BuiltinSources::kSame) == "code-cache-unproved");
  Source wrong_string = moved, wrong_field = moved, wrong_kind = moved;
  wrong_string.join = false;
  wrong_field.locals = 3;
  wrong_kind.length |= 1u << 30;
  CHECK(with(wrong_string, BuiltinSources::kOtherLineEnds) == "code-cache-unproved");
  CHECK(with(wrong_field, BuiltinSources::kOtherLineEnds) == "code-cache-unproved");
  CHECK(with(wrong_kind, BuiltinSources::kOtherLineEnds) == "code-cache-unproved");
}
