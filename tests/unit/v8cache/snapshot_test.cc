#include "packer/compile/v8/snapshot.h"

#include <catch2/catch.hpp>
#include <random>

#include "handmade_binary.h"

using namespace ingot;

namespace {

HandmadeBinary sample() {
  HandmadeBinary binary;
  binary.pages = {HandmadePage({{"join"}, {"status"}}), HandmadePage({{"length"}})};
  binary.code_caches = {code_cache_of(handmade_stream()),
                        code_cache_of(handmade_stream({}, {{{0, 16}}, {}}))};
  return binary;
}

std::string refusal(const Bytes& binary) {
  auto found = find_node_snapshot(binary);
  return found ? "" : found.error().code;
}

}  // namespace

TEST_CASE("Node's snapshot and its code caches are found in a binary, V8's own is passed over") {
  const HandmadeBinary made = sample();
  const Bytes bytes = bytes_of(made);
  auto found = find_node_snapshot(bytes);
  REQUIRE(found);
  CHECK(found->version == &v8_14());
  CHECK(found->read_only_checksum == made.checksum);
  CHECK(found->read_only.text() == ByteView(read_only_part(made.pages)).text());
  REQUIRE(found->code_caches.size() == 2);
  for (size_t i = 0; i < 2; ++i)
    CHECK(found->code_caches[i].text() == ByteView(made.code_caches[i]).text());
}

TEST_CASE("A binary without a snapshot is named") {
  CHECK(refusal({}) == "snapshot-missing");
  CHECK(refusal(Bytes(1000, '-')) == "snapshot-missing");
  const std::string suffix = "-node.";
  CHECK(refusal(Bytes(suffix.begin(), suffix.end())) == "snapshot-missing");
  HandmadeBinary own = sample();
  own.contexts = 1;
  CHECK(refusal(bytes_of(own)) == "snapshot-missing");
}

TEST_CASE("A snapshot of an unknown V8 is refused, not guessed") {
  for (const char* version : {"14.6.202.35-node.34", "15.0.1.2-node.1", "4.6.202.34-node.34"}) {
    HandmadeBinary other = sample();
    other.version = version;
    CAPTURE(version);
    auto found = find_node_snapshot(bytes_of(other));
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "code-cache-version");
    CHECK(found.error().message.starts_with("V8 version unknown: "));
  }
}

TEST_CASE("A snapshot that is cut off is refused") {
  const Bytes snapshot = snapshot_of(sample());
  for (size_t size = 88; size < snapshot.size(); ++size)
    CHECK(refusal({snapshot.begin(), snapshot.begin() + static_cast<ptrdiff_t>(size)}) ==
          "snapshot-malformed");
  CHECK(refusal(snapshot).empty());
}

TEST_CASE("Changed binaries lead to an error or to views inside the binary") {
  std::mt19937_64 random(5);
  const Bytes good = bytes_of(sample());
  size_t refused = 0, found_all = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = good;
    for (size_t count = 1 + random() % 6; count > 0; --count)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    if (round % 3 == 0) bytes.resize(1 + random() % bytes.size());
    bytes.shrink_to_fit();  // so that a sanitizer sees the end
    auto found = find_node_snapshot(bytes);
    refused += !found;
    if (!found) continue;
    auto is_inside = [&](ByteView view) {
      return view.data() >= bytes.data() &&
             view.data() + view.size() <= bytes.data() + bytes.size();
    };
    if (!is_inside(found->read_only)) FAIL("outside in round " << round);
    for (ByteView cache : found->code_caches)
      if (!is_inside(cache)) FAIL("outside in round " << round);
    found_all += found->code_caches.size() == 2;
  }
  CHECK(refused > 1000);
  CHECK(found_all > 1000);
}
