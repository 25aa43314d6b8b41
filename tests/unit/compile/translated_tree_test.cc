// What becomes of a tree's code caches for another target.
#include "packer/compile/translated_tree.h"

#include <catch2/catch.hpp>

#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/v8cache/handmade_binary.h"

using namespace ingot;

namespace {

constexpr uint32_t kHostChecksum = 0xE32725FA;
constexpr uint32_t kTargetChecksum = 0x9C1938E0;
const HandmadePage kHostPage({{"join"}, {"only here"}});
const HandmadePage kTargetPage({{"status"}, {"join"}}, 8);
const Target kArm64 = *find_target("linux-arm64");

Bytes cache_with(ReadOnlyPlace place, uint32_t checksum) {
  Bytes stream = handmade_stream({}, {{place}, {}});
  stream.resize(align_up(stream.size(), 8), 0x0A);
  return code_cache_of(stream, v8_14(), checksum);
}

const Bytes kGood = cache_with({0, kHostPage.place(0)}, kHostChecksum);
const Bytes kGoodThere = cache_with({0, kTargetPage.place(1)}, kTargetChecksum);
const Bytes kBad = cache_with({0, kHostPage.place(1)}, kHostChecksum);

Bytes host_binary() {
  return bytes_of({.pages = {kHostPage}, .checksum = kHostChecksum, .code_caches = {kGood}});
}
Bytes target_binary() {
  return bytes_of(
      {.pages = {kTargetPage}, .checksum = kTargetChecksum, .code_caches = {kGoodThere}});
}

// With a store of its own, and digests that are as good as any.
Result<CacheTranslation> proved(const Bytes& target) {
  const ScratchFolder scratch;
  return proved_translation({host_binary(), "host"}, {target, "target"}, kArm64,
                            Store(scratch.path()));
}

CompiledTree tree_of(ByteView first, ByteView second) {
  CompiledTree tree;
  tree.files = {{EntryFormat::kCommonJs, first, {}},
                {EntryFormat::kJson, {}, {}},
                {EntryFormat::kModule, second, std::string_view("let x")}};
  tree.runtime[0] = {std::string_view("start"), kGood};
  tree.with_cache = static_cast<size_t>(!first.empty()) + static_cast<size_t>(!second.empty());
  tree.compiled_now = 7;
  return tree;
}

}  // namespace

TEST_CASE("every cache of the tree and the runtime's own are translated") {
  Diagnostics diagnostics;
  CompiledTree out =
      translate_tree(tree_of(kGood, kGood), proved(target_binary()), kArm64, diagnostics);
  REQUIRE(out.files.size() == 3);
  CHECK(out.files[0].code_cache.text() == ByteView(kGoodThere).text());
  CHECK(out.files[0].format == EntryFormat::kCommonJs);
  CHECK(out.files[1].code_cache.empty());
  CHECK(out.files[1].format == EntryFormat::kJson);
  CHECK(out.files[2].code_cache.text() == ByteView(kGoodThere).text());
  REQUIRE(out.files[2].stripped);
  CHECK(out.files[2].stripped->text() == "let x");
  CHECK(out.runtime[0].script.text() == "start");
  CHECK(out.runtime[0].cache.text() == ByteView(kGoodThere).text());
  CHECK(out.with_cache == 2);
  CHECK(out.compiled_now == 7);
  CHECK(diagnostics.warnings().empty());
}

TEST_CASE("a cache without a translation is left out alone, and its format is kept") {
  Diagnostics diagnostics;
  CompiledTree out =
      translate_tree(tree_of(kBad, kGood), proved(target_binary()), kArm64, diagnostics);
  CHECK(out.files[0].code_cache.empty());
  CHECK(out.files[0].format == EntryFormat::kCommonJs);
  CHECK(out.files[2].code_cache.text() == ByteView(kGoodThere).text());
  CHECK(out.with_cache == 1);
  REQUIRE(diagnostics.warnings().size() == 1);
  CHECK(diagnostics.warnings()[0].code == "code-cache-left-out");
  CHECK(diagnostics.warnings()[0].message.find("1 of 3") != std::string::npos);
}

TEST_CASE("without a proof there is no cache at all, and one warning says why") {
  const Bytes unproved =
      bytes_of({.pages = {kTargetPage}, .checksum = kTargetChecksum, .code_caches = {kGood}});
  const Bytes unknown = bytes_of({.pages = {kTargetPage},
                                  .checksum = kTargetChecksum,
                                  .code_caches = {kGoodThere},
                                  .version = "14.7.1.2-node.3"});
  struct Case {
    Bytes binary;
    const char* code;
    const char* message;
  };
  const Case kCases[] = {{unproved, "code-cache-unproved", "cannot be proved right"},
                         {unknown, "code-cache-version", "V8 version unknown"},
                         {Bytes(1000, 0), "snapshot-missing", "no V8 snapshot"}};
  for (const Case& one : kCases) {
    CAPTURE(one.code);
    auto translation = proved(one.binary);
    REQUIRE_FALSE(translation);
    CHECK(translation.error().code == one.code);
    Diagnostics diagnostics;
    CompiledTree out = translate_tree(tree_of(kGood, kGood), translation, kArm64, diagnostics);
    CHECK(out.with_cache == 0);
    CHECK(out.runtime[0].cache.empty());
    CHECK(out.runtime[0].script.text() == "start");
    for (const CompiledFile& file : out.files) CHECK(file.code_cache.empty());
    CHECK(out.files[2].format == EntryFormat::kModule);
    REQUIRE(diagnostics.warnings().size() == 1);
    CHECK(diagnostics.warnings()[0].code == "code-cache-left-out");
    CHECK(diagnostics.warnings()[0].message.find("any of 3 scripts") != std::string::npos);
    CHECK(diagnostics.warnings()[0].message.find(one.message) != std::string::npos);
  }
}

TEST_CASE("a tree without caches needs no translation and no warning") {
  CompiledTree tree = tree_of({}, {});
  tree.runtime[0].cache = {};
  Diagnostics diagnostics;
  CompiledTree out =
      translate_tree(tree, fail(input_error("code-cache-unproved", "why")), kArm64, diagnostics);
  CHECK(out.with_cache == 0);
  CHECK(diagnostics.warnings().empty());
}

TEST_CASE("a proof is remembered for these two binaries, and a failed one is not") {
  const ScratchFolder scratch;
  const Store store(scratch.path());
  const Bytes nothing(1000, 0);
  auto ask = [&](const Bytes& host, std::string_view host_sha256, const Bytes& target,
                 std::string_view target_sha256, const Target& its_target = kArm64) {
    return proved_translation({host, host_sha256}, {target, target_sha256}, its_target, store);
  };
  CHECK_FALSE(ask(host_binary(), "host", nothing, "target"));
  auto first = ask(host_binary(), "host", target_binary(), "target");
  REQUIRE(first);
  // The bytes are not looked at: their digests say that they are the same.
  auto again = ask(nothing, "host", nothing, "target");
  REQUIRE(again);
  CHECK(again->translate(kGood) == kGoodThere);
  CHECK_FALSE(again->translate(kBad));
  CHECK_FALSE(ask(nothing, "other", nothing, "target"));
  CHECK_FALSE(ask(nothing, "host", nothing, "other"));
  CHECK_FALSE(ask(nothing, "host", nothing, "target", *find_target("win-x64")));
}

TEST_CASE("a proof counts though it cannot be remembered") {
  CHECK(proved_translation({host_binary(), "host"}, {target_binary(), "target"}, kArm64,
                           Store("/dev/null/store")));
}
