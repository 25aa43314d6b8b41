#include "base/percent.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("what is neither a letter nor a digit nor said to be plain is escaped") {
  CHECK(percent_encode("aZ09", "") == "aZ09");
  CHECK(percent_encode("@scope/name", "/") == "%40scope/name");
  CHECK(percent_encode("1.0.0+a b%", ".+") == "1.0.0+a%20b%25");
  CHECK(percent_encode("\xC3\xBC", "") == "%C3%BC");
  CHECK(percent_encode(std::string_view("\0", 1), "/") == "%00");
}

TEST_CASE("an escape is a percent sign and two hexadecimal digits") {
  CHECK(percent_escape("%2f") == '/');
  CHECK(percent_escape("%2Fmore") == '/');
  CHECK(percent_escape("%Ff") == '\xFF');
  CHECK(percent_decode("npm%3A1.0.0%%3a%") == "npm:1.0.0%:%");
  for (std::string_view text : {"", "%", "%2", "2f0", "%2g", "%g2", "% 2", "%-1"}) {
    INFO(text);
    CHECK(!percent_escape(text));
    CHECK(percent_decode(text) == text);
  }
}
