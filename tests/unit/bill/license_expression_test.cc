#include "packer/bill/license_expression.h"

#include <catch2/catch.hpp>
#include <random>

#include "packer/bill/license_list.h"
#include "packer/bill/license_policy.h"

using namespace ingot;

namespace {

// The expression as it is written again; "" when it is none.
std::string written(std::string_view text) {
  auto expression = parse_license_expression(text);
  if (expression) return license_text(*expression);
  CHECK(expression.error().code == "license-expression");
  return "";
}

bool accepted(std::string_view license, std::vector<std::string> allowed,
              std::vector<std::string> denied = {}) {
  auto policy = read_license_policy(allowed, denied);
  REQUIRE(policy);
  return accepts(*policy, declared_license(license));
}

}  // namespace

TEST_CASE("the lists of licences are sorted, so that each can be found in any case") {
  for (auto [list, find] : {std::pair{license_ids(), &find_license_id},
                            std::pair{license_exceptions(), &find_license_exception}}) {
    CHECK(list.size() > 50);
    for (std::string_view id : list) {
      std::string upper(id);
      for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      CAPTURE(id);
      CHECK(find(upper) == id);
    }
    CHECK_FALSE(find("No-Such-1.0"));
    CHECK_FALSE(find(""));
  }
}

TEST_CASE("AND binds closer than OR, and parentheses closer than both") {
  auto expression = parse_license_expression("MIT OR ISC AND Zlib");
  REQUIRE(expression);
  CHECK(expression->kind == LicenseExpression::Kind::kOr);
  REQUIRE(expression->parts.size() == 2);
  CHECK(expression->parts[1].kind == LicenseExpression::Kind::kAnd);
  CHECK(written("(MIT OR ISC) AND Zlib") == "(MIT OR ISC) AND Zlib");
  CHECK(written("((MIT)) OR (ISC AND (Zlib))") == "MIT OR ISC AND Zlib");
}

TEST_CASE("licences are spelled as the list spells them, with exceptions and later versions") {
  CHECK(written("mit") == "MIT");
  CHECK(written("  Apache-2.0+ ") == "Apache-2.0+");
  CHECK(written("GPL-2.0-only WITH classpath-exception-2.0") ==
        "GPL-2.0-only WITH Classpath-exception-2.0");
  CHECK(written("LicenseRef-My.Own-1") == "LicenseRef-My.Own-1");
  CHECK(written("DocumentRef-x:LicenseRef-y AND MIT") == "DocumentRef-x:LicenseRef-y AND MIT");
}

TEST_CASE("what is no expression is refused, whatever it is") {
  for (const char* text : {"",
                           " ",
                           "Apache 2",
                           "MIT OR",
                           "OR MIT",
                           "MIT ISC",
                           "(MIT",
                           "MIT)",
                           "()",
                           "MIT or ISC",
                           "MIT WITH",
                           "MIT WITH MIT",
                           "LicenseRef-",
                           "DocumentRef-:LicenseRef-x",
                           "DocumentRef-x",
                           "SEE LICENSE IN LICENSE.md",
                           "UNLICENSED",
                           "MIT/X11",
                           "+",
                           "MIT++",
                           "MIT +",
                           "\xFF"}) {
    CAPTURE(text);
    CHECK(written(text).empty());
  }
  CHECK(written(std::string(10'000, '(') + "MIT").empty());
  CHECK(written(std::string(200, '(') + "MIT" + std::string(200, ')')).empty());
}

TEST_CASE("random words never crash the parser, and what it takes it takes again") {
  constexpr const char* kWords[] = {"MIT", "ISC",  "AND", "OR",   "WITH",        "(",
                                    ")",   "GPL-", "+",   "MIT+", "LicenseRef-a"};
  std::mt19937 random(3);
  size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto count = 1 + random() % 8; count > 0; --count)
      text.append(kWords[random() % std::size(kWords)]).append(random() % 4 ? " " : "");
    auto expression = parse_license_expression(text);
    if (!expression) continue;
    ++taken;
    std::string again = license_text(*expression);
    auto second = parse_license_expression(again);
    if (!second || license_text(*second) != again) FAIL(text + " became " + again);
  }
  CHECK(taken > 1000);
}

TEST_CASE("an expression is accepted when one of its choices is allowed whole") {
  CHECK(accepted("MIT", {"MIT"}));
  CHECK_FALSE(accepted("MIT", {"ISC"}));
  CHECK(accepted("MIT", {"ISC OR MIT"}));
  CHECK(accepted("GPL-3.0-only OR MIT", {"MIT"}));
  CHECK_FALSE(accepted("GPL-3.0-only AND MIT", {"MIT"}));
  CHECK(accepted("GPL-3.0-only AND MIT", {"MIT", "GPL-3.0-only"}));
  CHECK(accepted("(MIT OR X11) AND (ISC OR Zlib)", {"MIT", "Zlib"}));
  CHECK_FALSE(accepted("(MIT OR X11) AND (ISC OR Zlib)", {"MIT", "X11"}));
}

TEST_CASE("versions and exceptions count for what is allowed") {
  CHECK(accepted("GPL-2.0-or-later", {"GPL-3.0-only"}));
  CHECK(accepted("GPL-2.0+", {"GPL-3.0-only"}));
  CHECK(accepted("LGPL-2.1-only", {"LGPL-2.0-or-later"}));
  CHECK_FALSE(accepted("GPL-2.0-only", {"GPL-3.0-or-later"}));
  CHECK_FALSE(accepted("GPL-3.0-or-later", {"GPL-2.0-only"}));
  CHECK(accepted("GPL-2.0", {"GPL-2.0-only"}));
  CHECK_FALSE(accepted("LGPL-2.1-only", {"GPL-2.0-or-later"}));
  CHECK_FALSE(accepted("BSD-3-Clause", {"BSD-2-Clause+"}));
  CHECK_FALSE(accepted("GPL-2.0-only WITH Classpath-exception-2.0", {"GPL-2.0-only"}));
  CHECK(accepted("GPL-2.0-only WITH Classpath-exception-2.0",
                 {"GPL-2.0-only WITH Classpath-exception-2.0"}));
  CHECK(accepted("LicenseRef-a", {"LicenseRef-a"}));
  CHECK_FALSE(accepted("LicenseRef-a", {"LicenseRef-b"}));
}

TEST_CASE("what is denied is refused, unless there is another choice") {
  CHECK(accepted("MIT", {}, {"GPL-3.0-only"}));
  CHECK_FALSE(accepted("GPL-3.0-only", {}, {"GPL-3.0-only"}));
  CHECK_FALSE(accepted("GPL-3.0-or-later", {}, {"GPL-3.0-only"}));
  CHECK_FALSE(accepted("GPL-3.0-only", {}, {"GPL-2.0-or-later"}));
  CHECK(accepted("GPL-2.0-or-later", {}, {"GPL-3.0-only"}));
  CHECK(accepted("MIT OR GPL-3.0-only", {}, {"GPL-3.0-only"}));
  CHECK_FALSE(accepted("MIT AND GPL-3.0-only", {}, {"GPL-3.0-only"}));
  CHECK_FALSE(accepted("GPL-2.0-only WITH Classpath-exception-2.0", {}, {"GPL-2.0-only"}));
  CHECK(accepted("GPL-2.0-only", {}, {"GPL-2.0-only WITH Classpath-exception-2.0"}));
  CHECK_FALSE(accepted("MIT", {"MIT"}, {"MIT"}));
}

TEST_CASE("a licence that nobody can know is refused where only some are allowed") {
  for (const char* unknown : {"", "SEE LICENSE IN x", "UNLICENSED"}) {
    CAPTURE(unknown);
    CHECK(accepted(unknown, {}));
    CHECK(accepted(unknown, {}, {"MIT"}));
    CHECK_FALSE(accepted(unknown, {"MIT"}));
    CHECK(accepted(unknown, {"MIT", "NOASSERTION"}));
    CHECK_FALSE(accepted(unknown, {}, {"NOASSERTION"}));
  }
}

TEST_CASE("a list of licences has no AND and no made-up names") {
  std::vector<std::string> none;
  for (auto [text, code] :
       {std::pair{"MIT AND ISC", "license-policy"},
        std::pair{"MIT OR (ISC AND Zlib)", "license-policy"},
        std::pair{"Apache 2", "license-expression"}, std::pair{"", "license-expression"}}) {
    std::vector<std::string> words{text};
    auto allowed = read_license_policy(words, none), denied = read_license_policy(none, words);
    REQUIRE_FALSE(allowed);
    REQUIRE_FALSE(denied);
    CHECK(allowed.error().code == code);
    CHECK(denied.error().code == code);
  }
}
