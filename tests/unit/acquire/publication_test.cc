#include "packer/acquire/publication.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("times are read as registries write them, and nothing else is a time") {
  CHECK(parse_utc_time("1970-01-01T00:00:00.000Z") == 0);
  CHECK(parse_utc_time("2001-09-09T01:46:40.123Z") == 1'000'000'000);
  CHECK(parse_utc_time("2024-02-29T23:59:59Z") == 1'709'251'199);
  for (const char* text :
       {"", "2024-02-30T00:00:00Z", "1969-12-31T23:59:59Z", "2024-02-29", "2024-02-29T24:00:00Z",
        "2024-02-29 23:59:59.000Z", "2024-02-29T23:59:59.000+01:00", "+024-02-29T23:59:59.000Z",
        "2024-13-01T00:00:00.000Z", "yesterday, at some timeZ"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_utc_time(text));
  }
}
