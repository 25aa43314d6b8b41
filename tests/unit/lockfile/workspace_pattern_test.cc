#include "lockfile/workspace_pattern.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {
bool matches(std::vector<std::string> patterns, std::string_view folder) {
  return WorkspacePatterns(patterns).matches(folder);
}
}  // namespace

TEST_CASE("workspace patterns match folders as npm's do") {
  CHECK(matches({"packages/*"}, "packages/a"));
  CHECK(matches({"./packages/*/"}, "packages/a"));
  CHECK_FALSE(matches({"packages/*"}, "packages/a/b"));
  CHECK(matches({"packages/**"}, "packages/a/b"));
  CHECK(matches({"**"}, "a"));
  CHECK(matches({"a?c"}, "abc"));
  CHECK(matches({"{apps,libs}/x-*"}, "libs/x-1"));
  CHECK(matches({"[a-c]"}, "b"));
  CHECK_FALSE(matches({"[!a-c]"}, "b"));
  CHECK_FALSE(matches({"packages/*"}, "packages/.hidden"));
  CHECK_FALSE(matches({"**"}, "a/node_modules/b"));
  CHECK_FALSE(matches({"**"}, ""));
}

TEST_CASE("a later pattern takes back what an earlier one said") {
  CHECK_FALSE(matches({"packages/*", "!packages/b"}, "packages/b"));
  CHECK(matches({"packages/**", "!packages/b/**", "packages/b/a"}, "packages/b/a"));
  CHECK(matches({"!!packages/b"}, "packages/b"));
}

TEST_CASE("a pattern made to be slow is not") {
  std::string stars;
  for (int i = 0; i < 60; ++i) stars += "*a";
  CHECK_FALSE(matches({stars}, std::string(2000, 'a') + "b"));
  std::string folders = "**";
  std::string path = "x";
  for (int i = 0; i < 60; ++i) folders += "/**/x", path += "/x";
  CHECK_FALSE(matches({folders + "/y"}, path));
  CHECK_FALSE(matches({"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"}, "c"));
}
