#include "packer/compile/v8/read_only_heap.h"

#include <catch2/catch.hpp>
#include <random>

#include "handmade_binary.h"

using namespace ingot;

namespace {

bool is_refused(const Bytes& part) {
  auto heap = ReadOnlyHeap::read(part, v8_14());
  if (!heap) CHECK(heap.error().code == "snapshot-malformed");
  return !heap;
}

// The table of roots, with which every part ends.
Bytes with_roots(StreamBuilder& out) {
  const Bytes table = read_only_part({});
  for (uint8_t byte : table) out.byte(byte);
  return out.bytes();
}

}  // namespace

TEST_CASE("Every string is found with its place, its hash and its text") {
  const HandmadePage first({{"join", kStringMap, 7}, {"other", kOtherMap}, {"status"}}, 24);
  const HandmadePage second({{"\xFCml"}, {""}});
  auto heap = ReadOnlyHeap::read(read_only_part({first, second}), v8_14());
  REQUIRE(heap);
  REQUIRE(heap->strings().size() == 4);
  CHECK(heap->strings()[0].place == ReadOnlyPlace{0, 40});
  CHECK(heap->strings()[0].text == "join");
  CHECK(heap->strings()[0].hash == 7);
  CHECK(heap->strings()[1].place == ReadOnlyPlace{0, first.place(2)});
  CHECK(heap->strings()[1].text == "status");
  CHECK(heap->strings()[2].place == ReadOnlyPlace{1, 16});
  CHECK(heap->strings()[2].text == "\xFCml");
  CHECK(heap->strings()[3].text.empty());
}

TEST_CASE("A pointer to the strings' map that no string follows is passed over") {
  StreamBuilder out;
  out.byte(0).number(0).number(24).byte(2).number(0).number(0).number(24);
  out.bytes();
  Bytes part = out.bytes();
  append_record(part, uint64_t{kStringMap});
  append_record(part, uint64_t{5000} << 32);  // longer than the page
  append_record(part, uint64_t{kStringMap});  // no room for a length
  part.insert(part.end(), {3, 0x05});
  const Bytes roots = read_only_part({});
  part.insert(part.end(), roots.begin(), roots.end());
  auto heap = ReadOnlyHeap::read(part, v8_14());
  REQUIRE(heap);
  CHECK(heap->strings().empty());
}

TEST_CASE("Parts that V8 could not have written are refused") {
  StreamBuilder unknown, no_page, far_page, big_page, outside, beyond, odd, twice;
  CHECK(is_refused({}));
  CHECK(is_refused(with_roots(unknown.byte(9))));
  CHECK(is_refused(with_roots(no_page.byte(2).number(0).number(0).number(0))));
  CHECK(is_refused(with_roots(far_page.byte(0).number(1).number(8))));
  CHECK(is_refused(with_roots(big_page.byte(0).number(0).number((1 << 18) + 8))));
  CHECK(is_refused(
      with_roots(outside.byte(0).number(0).number(8).byte(2).number(0).number(16).number(0))));
  CHECK(is_refused(
      with_roots(beyond.byte(0).number(0).number(8).byte(2).number(0).number(8).number(8))));
  CHECK(is_refused(
      with_roots(odd.byte(0).number(0).number(16).byte(2).number(0).number(4).number(0))));
  for (uint32_t page = 0; page < 65; ++page) twice.byte(0).number(page).number(0);
  CHECK(is_refused(with_roots(twice)));
  CHECK_FALSE(is_refused(read_only_part({})));
}

TEST_CASE("A part that is cut off is refused up to the root of the strings") {
  const Bytes part = read_only_part({HandmadePage({{"join"}, {"status"}})});
  const size_t behind_root = part.size() - 4 - 3 * sizeof(uint32_t);
  for (size_t size = 0; size < behind_root; ++size)
    CHECK(is_refused({part.begin(), part.begin() + static_cast<ptrdiff_t>(size)}));
  CHECK_FALSE(is_refused({part.begin(), part.begin() + static_cast<ptrdiff_t>(behind_root)}));
}

TEST_CASE("Changed parts are refused or have strings inside the heap") {
  std::mt19937_64 random(9);
  const Bytes good = read_only_part(
      {HandmadePage({{"join"}, {"other", kOtherMap}, {"status"}}), HandmadePage({{"length"}}, 8)});
  size_t refused = 0, read = 0, characters = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = good;
    for (size_t count = 1 + random() % 4; count > 0; --count)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    if (round % 3 == 0) bytes.resize(1 + random() % bytes.size());
    bytes.shrink_to_fit();
    auto heap = ReadOnlyHeap::read(bytes, known_v8_versions()[round % 3]);
    refused += !heap;
    if (!heap) continue;
    ++read;
    for (const ReadOnlyString& string : heap->strings())
      for (char c : string.text) characters += c != 0;  // touches each
  }
  CHECK(refused > 1000);
  CHECK(read > 1000);
  CHECK(characters > 1000);
}
