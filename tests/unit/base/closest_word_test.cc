#include "base/closest_word.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("a mistyped word leads to the one that was meant") {
  CHECK(closest_word("--offlin", {"--offline", "--output"}) == "--offline");
  CHECK(closest_word("biuld", {"build", "verify"}) == "build");
  CHECK(closest_word("--no-such-option", {"--offline", "--output"}).empty());
  CHECK(closest_word("", {"build"}).empty());
}
