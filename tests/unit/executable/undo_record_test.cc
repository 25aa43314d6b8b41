#include "packer/executable/undo_record.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

UndoRecord sample() {
  UndoRecord record;
  record.original_size = 7;
  record.copy(4, 3);
  record.insert({'x', 'y'});
  record.copy(0, 2);
  return record;
}

}  // namespace

TEST_CASE("an undo record gives the original back, from pieces in any order") {
  UndoRecord record = sample();
  auto decoded = decode_undo_record(encode_undo_record(record));
  REQUIRE(decoded);
  CHECK(*decoded == record);
  std::string original;
  REQUIRE(write_original(*decoded, std::string_view("abcdefg"), [&](ByteView bytes) -> Status {
    original += bytes.text();
    return {};
  }));
  CHECK(original == "efgxyab");
}

TEST_CASE("an undo record that points outside the file is refused") {
  UndoRecord record = sample();
  auto written =
      write_original(record, std::string_view("abcde"), [](ByteView) -> Status { return {}; });
  REQUIRE_FALSE(written);
  CHECK(written.error().code == "out-of-bounds");
}

TEST_CASE("a damaged undo record is refused, padding is not damage") {
  Bytes good = encode_undo_record(sample());
  for (size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(decode_undo_record(ByteView(good.data(), size)));

  Bytes padded = good;
  padded.resize(good.size() + 63);
  CHECK(decode_undo_record(padded));
  padded.back() = 1;
  CHECK(decode_undo_record(padded).error().code == "undo-malformed");
  padded.back() = 0;
  padded.push_back(0);
  CHECK(decode_undo_record(padded).error().code == "undo-malformed");

  for (size_t offset : {0, 8, 16, 24}) {  // magic, version, size, first piece
    Bytes bad = good;
    bad[offset] ^= 0x40;
    CAPTURE(offset);
    CHECK(decode_undo_record(bad).error().code == "undo-malformed");
  }
}
