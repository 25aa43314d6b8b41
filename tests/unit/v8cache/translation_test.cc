#include "packer/compile/v8/translation.h"

#include <catch2/catch.hpp>
#include <random>

#include "handmade_binary.h"
#include "packer/compile/v8/canonical.h"

using namespace ingot;

namespace {

constexpr uint32_t kHostChecksum = 0xE32725FA;
constexpr uint32_t kTargetChecksum = 0x9C1938E0;

// Two binaries whose heaps hold the same strings at other places, and one string each that the
// other has not. Bytes and snapshot of each, for the snapshot is a view.
struct Pair {
  HandmadePage host_page{{{"join"},
                          {"other", kOtherMap},
                          {"status"},
                          {"../deps"},
                          {"twice"},
                          {"hashed", kStringMap, 1}}};
  HandmadePage target_first{{{"..\\deps"}, {"join"}, {"hashed", kStringMap, 2}}, 8};
  HandmadePage target_second{{{"twice"}, {"twice"}, {"status"}}, 16 * 1024};
  Bytes host_bytes = bytes_of({.pages = {host_page}, .checksum = kHostChecksum, .code_caches = {}});
  Bytes target_bytes = bytes_of(
      {.pages = {target_first, target_second}, .checksum = kTargetChecksum, .code_caches = {}});

  CacheTranslation translation() const {
    auto host = find_node_snapshot(host_bytes);
    auto target = find_node_snapshot(target_bytes);
    REQUIRE(host);
    REQUIRE(target);
    auto between = CacheTranslation::between(*host, *target);
    REQUIRE(between);
    return std::move(*between);
  }
};

// With V8's padding, of the host or of the target.
Bytes cache_with(std::vector<ReadOnlyPlace> strings, uint32_t checksum,
                 const History& history = {}) {
  Bytes stream = handmade_stream(history, {std::move(strings), {}});
  stream.resize(align_up(stream.size(), 8), 0x0A);
  return code_cache_of(stream, v8_14(), checksum);
}

std::string refusal(const CacheTranslation& translation, const Bytes& cache) {
  auto translated = translation.translate(cache);
  return translated ? "" : translated.error().code;
}

}  // namespace

TEST_CASE("References lead to the same strings in the target, and nothing else has changed") {
  const Pair pair;
  const CacheTranslation translation = pair.translation();
  const ReadOnlyPlace join{0, pair.host_page.place(0)}, status{0, pair.host_page.place(2)};
  const ReadOnlyPlace its_join{0, pair.target_first.place(1)};
  const ReadOnlyPlace its_status{1, pair.target_second.place(2)};

  // Numbers get longer by up to two bytes each, so the padding passes through all its lengths.
  std::vector<ReadOnlyPlace> ours, theirs;
  for (int i = 0; i < 20; ++i) {
    CAPTURE(i);
    auto translated = translation.translate(cache_with(ours, kHostChecksum));
    REQUIRE(translated);
    CHECK(*translated == cache_with(theirs, kTargetChecksum));
    ours.push_back(i % 3 == 0 ? join : status);
    theirs.push_back(i % 3 == 0 ? its_join : its_status);
  }
}

TEST_CASE("The canonical form of a cache stays canonical") {
  const Pair pair;
  const History busy = {.script_id = 9, .outer_id = 77, .inner_id = 76, .outer_garbage = 5};
  Bytes ours = cache_with({{0, pair.host_page.place(0)}}, kHostChecksum, busy);
  Bytes theirs = cache_with({{0, pair.target_first.place(1)}}, kTargetChecksum, {3, 4, 5, 6, 7});
  REQUIRE(canonicalize(ours));
  REQUIRE(canonicalize(theirs));
  auto translated = pair.translation().translate(ours);
  REQUIRE(translated);
  CHECK(*translated == theirs);
}

TEST_CASE("A reference that is not understood has no translation") {
  const Pair pair;
  const CacheTranslation translation = pair.translation();
  auto refused = [&](uint32_t page, uint32_t offset) {
    return refusal(translation, cache_with({{page, offset}}, kHostChecksum));
  };
  CHECK(refused(0, pair.host_page.place(0)).empty());
  CHECK(refused(0, pair.host_page.place(1)) == "code-cache-untranslatable");  // no string
  CHECK(refused(0, pair.host_page.place(0) + 8) == "code-cache-untranslatable");
  CHECK(refused(0, 0) == "code-cache-untranslatable");
  CHECK(refused(1, pair.host_page.place(0)) == "code-cache-untranslatable");
  CHECK(refused(0x3FFFFFFF, 0x3FFFFFFF) == "code-cache-untranslatable");
  CHECK(refused(0, pair.host_page.place(3)) == "code-cache-untranslatable");  // not in the target
  CHECK(refused(0, pair.host_page.place(4)) == "code-cache-untranslatable");  // twice there
  CHECK(refused(0, pair.host_page.place(5)) == "code-cache-untranslatable");  // with another hash
}

TEST_CASE("A cache of another binary or another V8 is refused") {
  const CacheTranslation translation = Pair().translation();
  CHECK(refusal(translation, cache_with({}, kTargetChecksum)) == "code-cache-foreign");
  const V8Version& old = known_v8_versions().front();
  CHECK(refusal(translation, code_cache_of(handmade_stream(), old)) == "code-cache-version");
  CHECK(refusal(translation, {}) == "code-cache-malformed");
}

TEST_CASE("Binaries of different versions of V8 have no translation") {
  const Pair pair;
  auto host = find_node_snapshot(pair.host_bytes);
  auto target = find_node_snapshot(pair.target_bytes);
  REQUIRE(host);
  REQUIRE(target);
  target->version = &known_v8_versions().front();
  auto between = CacheTranslation::between(*host, *target);
  REQUIRE_FALSE(between);
  CHECK(between.error().code == "code-cache-version");
}

TEST_CASE("A broken heap on either side is an error") {
  const Pair pair;
  auto host = find_node_snapshot(pair.host_bytes);
  auto target = find_node_snapshot(pair.target_bytes);
  REQUIRE(host);
  REQUIRE(target);
  NodeSnapshot broken = *target;
  broken.read_only = {};
  auto to_broken = CacheTranslation::between(*host, broken);
  REQUIRE_FALSE(to_broken);
  CHECK(to_broken.error().code == "snapshot-malformed");
  CHECK_FALSE(CacheTranslation::between(broken, *host));
}

TEST_CASE("Padding in the middle of a stream is refused") {
  Bytes stream = handmade_stream();
  stream.push_back(0x40);
  CHECK(refusal(Pair().translation(), code_cache_of(stream)) == "code-cache-malformed");
}

TEST_CASE("A changed cache is refused or has a translation that can be read and taken back") {
  const Pair pair;
  const CacheTranslation there = pair.translation();
  auto host = find_node_snapshot(pair.host_bytes);
  auto target = find_node_snapshot(pair.target_bytes);
  REQUIRE(host);
  REQUIRE(target);
  auto back = CacheTranslation::between(*target, *host);
  REQUIRE(back);
  const Bytes good =
      cache_with({{0, pair.host_page.place(0)}, {0, pair.host_page.place(2)}}, kHostChecksum);
  std::mt19937_64 random(33);
  size_t refused = 0, returned = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes before = good;
    for (size_t count = 1 + random() % 3; count > 0; --count)
      before[random() % before.size()] = static_cast<uint8_t>(random());
    before.shrink_to_fit();
    auto translated = there.translate(before);
    refused += !translated;
    if (!translated) continue;
    auto again = back->translate(*translated);
    if (!again) FAIL("cannot be read in round " << round << ": " << again.error().message);
    if (again->size() == before.size()) returned += *again == before;
  }
  CHECK(refused > 1000);
  CHECK(returned > 1000);
}

TEST_CASE("A translation that was written down translates as before") {
  const Pair pair;
  const CacheTranslation translation = pair.translation();
  auto read = CacheTranslation::parse(translation.serialize());
  REQUIRE(read);
  CHECK(read->serialize() == translation.serialize());
  for (size_t i = 0; i < 6; ++i) {
    const Bytes cache = cache_with({{0, pair.host_page.place(i)}}, kHostChecksum);
    auto expected = translation.translate(cache), actual = read->translate(cache);
    REQUIRE(expected.has_value() == actual.has_value());
    if (expected) CHECK(*expected == *actual);
  }
}

TEST_CASE("What is no written translation is refused") {
  const Bytes good = Pair().translation().serialize();
  for (size_t size = 0; size < good.size(); ++size) {
    auto read = CacheTranslation::parse({good.data(), size});
    CHECK(read.has_value() == (size >= 12 && (size - 12) % 20 == 0));
  }
  auto refused = [&](size_t at, uint8_t value) {
    Bytes bytes = good;
    bytes.at(at) = value;
    return !CacheTranslation::parse(bytes);
  };
  CHECK(refused(0, 1));             // the version
  CHECK(refused(12 + 8, 2));        // neither there nor not
  CHECK(refused(12 + 19, 0x40));    // no number of 30 bits
  CHECK(refused(12 + 20 + 4, 16));  // not in order
  CHECK_FALSE(refused(12 + 3, 0));
}
