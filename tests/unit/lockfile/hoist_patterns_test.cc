#include "lockfile/hoist_patterns.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

std::string matching(const std::vector<std::string>& patterns) {
  std::string out;
  for (const char* name : {"eslint", "eslint-plugin-a", "@types/eslint", "prettier", "b"})
    if (matches_hoist_patterns(patterns, name)) out += std::string(name) + " ";
  return out;
}

}  // namespace

TEST_CASE("names are matched as pnpm matches them") {
  CHECK(matching({}).empty());
  CHECK(matching({"*eslint*"}) == "eslint eslint-plugin-a @types/eslint ");
  CHECK(matching({"eslint"}) == "eslint ");
  CHECK(matching({"eslint-*", "b"}) == "eslint-plugin-a b ");
  CHECK(matching({"e*t*a"}) == "eslint-plugin-a ");
  CHECK(matching({"*"}) == "eslint eslint-plugin-a @types/eslint prettier b ");
  CHECK(matching({"*", "!*eslint*"}) == "prettier b ");
  CHECK(matching({"!*eslint*"}) == "prettier b ");
  CHECK(matching({"*eslint*", "!@types/*", "@types/eslint"}) ==
        "eslint eslint-plugin-a @types/eslint ");
}

TEST_CASE("what is hoisted by default is up to pnpm's version") {
  using List = std::vector<std::string>;
  const List old = {"*eslint*", "*prettier*"};
  CHECK(default_public_hoist("5.4", "") == old);
  CHECK(default_public_hoist("6.0", "pnpm@8.15.0") == old);
  CHECK(default_public_hoist("9.0", "pnpm@9.15.4+sha512.abc") == old);
  CHECK(default_public_hoist("9.0", "pnpm@10.33.0").empty());
  CHECK(default_public_hoist("9.0", "").empty());
}
