#include "packer/compile/v8/canonical.h"

#include <catch2/catch.hpp>
#include <random>

#include "handmade_cache.h"

using namespace ingot;

namespace {

constexpr History kBusy = {.script_id = 116,
                           .outer_id = 7273,
                           .inner_id = 7271,
                           .outer_garbage = 0xDEADBEEF,
                           .inner_garbage = 0x00007F2C};

Bytes canonical(Bytes cache) {
  auto done = canonicalize(cache);
  if (!done) FAIL(done.error().message);
  return cache;
}

// The code of the error; the bytes have to be as they were.
std::string refusal(const Bytes& cache) {
  Bytes copy = cache;
  auto done = canonicalize(copy);
  CHECK(copy == cache);
  return done ? "" : done.error().code;
}

size_t bytes_that_differ(const Bytes& a, const Bytes& b) {
  size_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
  return count;
}

// A SharedFunctionInfo in which the fields from its trusted data to its script are `middle`.
Bytes function_with(const StreamBuilder& middle) {
  Bytes stream = StreamBuilder().object(1, 9).constant(0x11).bytes();
  stream.insert(stream.end(), middle.bytes().begin(), middle.bytes().end());
  StreamBuilder end;
  function_end(end, 3);
  end.end();
  stream.insert(stream.end(), end.bytes().begin(), end.bytes().end());
  return code_cache_of(stream);
}

StreamBuilder& script(StreamBuilder& out, uint32_t id) {
  out.object(1, 19).root(0x3D9).byte(0x08).number(0).constant(0).raw({0, 0}).constant(0);
  return out.raw({smi(2), 0, smi(id)}).repeat(0, 10);
}

}  // namespace

TEST_CASE("Ids become numbers from 1 in the order of the stream, and garbage becomes 0") {
  const History expected = {.script_id = 1, .outer_id = 2, .inner_id = 1};
  CHECK(canonical(code_cache_of(handmade_stream(kBusy))) ==
        code_cache_of(handmade_stream(expected)));
}

TEST_CASE("Nothing changes the second time") {
  const Bytes once = canonical(code_cache_of(handmade_stream(kBusy)));
  CHECK(canonical(once) == once);
}

TEST_CASE("Caches of all known versions are told apart by their header") {
  for (const V8Version& version : known_v8_versions()) {
    auto found = find_v8_version(version.version_hash);
    REQUIRE(found);
    CHECK((*found)->name == version.name);
  }
  Bytes cache = code_cache_of(handmade_stream());
  CHECK(canonicalize(cache, v8_14()));
  auto other = canonicalize(cache, known_v8_versions().front());
  REQUIRE_FALSE(other);
  CHECK(other.error().code == "code-cache-version");
}

TEST_CASE("A cache of an unknown V8 is refused") {
  Bytes cache = code_cache_of(handmade_stream());
  cache[4] ^= 1;
  CHECK(refusal(cache) == "code-cache-version");
}

TEST_CASE("What is not a whole code cache is refused") {
  const Bytes good = code_cache_of(handmade_stream());
  CHECK(refusal({}) == "code-cache-malformed");
  CHECK(refusal(Bytes(31, 0)) == "code-cache-malformed");
  Bytes magic = good;
  magic[3] = 0;
  CHECK(refusal(magic) == "code-cache-malformed");
  Bytes checksum = good;
  checksum[24] = 1;
  CHECK(refusal(checksum) == "code-cache-malformed");
  Bytes longer = good;
  longer.push_back(0x0A);
  CHECK(refusal(longer) == "code-cache-malformed");
  const Bytes stream = handmade_stream();
  for (size_t size = 0; size < stream.size(); ++size)
    CHECK(refusal(code_cache_of({stream.begin(), stream.begin() + static_cast<ptrdiff_t>(size)})) ==
          "code-cache-malformed");
}

TEST_CASE("Objects that are not laid out as in the version are refused") {
  StreamBuilder good;
  good.constant(5).raw({smi(0xFFFFFFFF)}).constant(5).root(0x9B);
  Bytes whole = function_with(script(good, 9));
  CHECK(refusal(canonical(whole)).empty());

  StreamBuilder none;
  CHECK(refusal(function_with(none.repeat(0, 5))) == "code-cache-malformed");

  StreamBuilder two;
  two.constant(5).raw({smi(0xFFFFFFFF)}).constant(5);
  CHECK(refusal(function_with(script(script(two, 1), 2))) == "code-cache-malformed");

  StreamBuilder short_script;
  short_script.repeat(0, 4).object(1, 9).root(0x3D9).raw({0, 0, 0, 0, 0, 0, 0, smi(1)});
  CHECK(refusal(function_with(short_script)) == "code-cache-malformed");

  StreamBuilder no_smi;
  no_smi.repeat(0, 4).object(1, 19).root(0x3D9).raw({0, 0, 0, 0, 0, 0, 0, smi(1) | 1});
  CHECK(refusal(function_with(no_smi.repeat(0, 10))) == "code-cache-malformed");

  StreamBuilder wrong_length;
  wrong_length.object(3, 9).root(0x31).raw({smi(200), 0, 0, 0, 0, 0, 0, 0}).repeat(0, 3);
  CHECK(refusal(function_with(script(wrong_length, 1))) == "code-cache-malformed");
}

TEST_CASE("Streams that V8 could not have written are refused") {
  auto refused = [](const StreamBuilder& out) {
    return refusal(code_cache_of(out.bytes())) == "code-cache-malformed";
  };
  StreamBuilder deep;
  for (int i = 0; i < 200000; ++i) deep.object(1, 2).constant(0x11);
  CHECK(refused(deep));
  CHECK(refused(StreamBuilder().object(1, 2).constant(0).raw({0, 0}).end()));  // over-full
  CHECK(refused(StreamBuilder().object(1, 2).constant(0).end()));              // left open
  CHECK(refused(StreamBuilder().object(1, 0).end()));                          // no room for a map
  CHECK(refused(StreamBuilder().object(1, 2).raw({0, 0}).end()));              // no map
  CHECK(refused(StreamBuilder().object(1, 2).constant(0).back(1).end()));      // no such object
  CHECK(refused(StreamBuilder().object(1, 2).constant(0).byte(0x19).end()));   // never resolved
  CHECK(refused(StreamBuilder().object(1, 1).constant(0).byte(0x1A).number(0).end()));
  CHECK(refused(StreamBuilder().object(1, 2).constant(0).byte(0x18).raw({0}).end()));
  CHECK(refused(StreamBuilder().object(1, 1u << 29).constant(0).byte(0x0C).number(1u << 29)));
  CHECK(refused(StreamBuilder().raw({0}).end()));
  CHECK(refused(StreamBuilder().end()));
  CHECK(refused(StreamBuilder().end().object(1, 1).constant(0)));
}

TEST_CASE("A changed cache is refused whole, or corrected for good in a few places") {
  std::mt19937_64 random(14);
  const Bytes good = code_cache_of(handmade_stream(kBusy));
  size_t refused = 0, corrected = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes before = good;
    for (size_t count = 1 + random() % 3; count > 0; --count) {
      uint8_t& byte = before[sizeof(CodeCacheHeader) + random() % (good.size() - 32)];
      byte = random() % 2 == 0 ? static_cast<uint8_t>(random())
                               : static_cast<uint8_t>(byte ^ (1 << (random() % 8)));
    }
    Bytes after = before;
    if (!canonicalize(after)) {
      if (after != before) FAIL("refused, but changed in round " << round);
      ++refused;
      continue;
    }
    if (bytes_that_differ(before, after) > 5 * 4) FAIL("too much has changed in round " << round);
    if (canonical(after) != after) FAIL("not for good in round " << round);
    ++corrected;
  }
  CHECK(refused > 1000);
  CHECK(corrected > 1000);
}
