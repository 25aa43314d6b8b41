#include "packer/audit/advisory.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

// A record about package "alpha" with these events, and more members of "affected".
std::string record(const std::string& events, const std::string& more = "") {
  return R"({"id": "TEST-1", "affected": [{"package": {"ecosystem": "npm", "name": "alpha"},
    "ranges": [{"type": "SEMVER", "events": [)" +
         events + "]}]" + more + "}]}";
}

// Those of `versions` that are affected.
std::vector<std::string> affected(const std::string& json, std::vector<std::string> versions) {
  auto advisory = read_advisory(json, "record.json");
  REQUIRE(advisory);
  REQUIRE(advisory->packages.size() == 1);
  std::erase_if(versions, [&](const std::string& version) {
    return !advisory->packages[0].affects(version);
  });
  return versions;
}

using Versions = std::vector<std::string>;

}  // namespace

TEST_CASE("a version is affected from where it was introduced to where it was fixed") {
  const Versions all{"0.9.0", "1.0.0-rc.1", "1.0.0", "1.5.0", "2.0.0-beta", "2.0.0", "2.1.0"};
  CHECK(affected(record(R"({"introduced": "1.0.0"}, {"fixed": "2.0.0"})"), all) ==
        Versions{"1.0.0", "1.5.0", "2.0.0-beta"});
  CHECK(affected(record(R"({"introduced": "0"}, {"fixed": "1.0.0"})"), all) ==
        Versions{"0.9.0", "1.0.0-rc.1"});
  CHECK(affected(record(R"({"introduced": "0"})"), all) == all);
  CHECK(affected(record(R"({"introduced": "1.0.0"}, {"last_affected": "1.5.0"})"), all) ==
        Versions{"1.0.0", "1.5.0"});
  CHECK(affected(record(R"({"introduced": "2.0.1-0"})"), all) == Versions{"2.1.0"});
}

TEST_CASE("events count in the order of versions, however they are written") {
  CHECK(affected(record(R"({"fixed": "2.0.0"}, {"introduced": "3.0.0"}, {"introduced": "1.0.0"},
                          {"fixed": "3.1.0"})"),
                 {"0.1.0", "1.2.0", "2.0.0", "3.0.0", "3.0.9", "3.1.0"}) ==
        Versions{"1.2.0", "3.0.0", "3.0.9"});
  CHECK(affected(record(R"({"introduced": "0", "fixed": "1.0.0"})"), {"0.1.0", "1.0.0"}) ==
        Versions{"0.1.0"});
  CHECK(affected(record(R"({"introduced": "1.0.0"}, {"limit": "1.5.0"})"),
                 {"1.4.9", "1.5.0", "2.0.0"}) == Versions{"1.4.9"});
  CHECK(affected(record(R"({"introduced": "1.0.0"}, {"limit": "*"})"), {"9.0.0"}) ==
        Versions{"9.0.0"});
}

TEST_CASE("listed versions are affected, whatever the ranges say") {
  CHECK(affected(record(R"({"introduced": "5.0.0"})", R"(, "versions": ["1.0.0", "odd"])"),
                 {"1.0.0", "1.0.1", "odd", "5.0.0"}) == Versions{"1.0.0", "odd", "5.0.0"});
}

TEST_CASE("commits say nothing about a version of a package") {
  auto advisory = read_advisory(
      R"({"id": "X", "affected": [{"package": {"ecosystem": "npm", "name": "a"},
      "ranges": [{"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abcdef"}]}]}]})",
      "record.json");
  REQUIRE(advisory);
  CHECK_FALSE(advisory->packages[0].affects("1.0.0"));
}

TEST_CASE("only what is about npm's packages counts, by name or by package URL") {
  auto advisory = read_advisory(R"({"id": "X", "affected": [
      {"package": {"ecosystem": "PyPI", "name": "alpha"}, "versions": ["1.0.0"]},
      {"package": {"ecosystem": "npm", "name": "@scope/beta"}, "versions": ["1.0.0"]},
      {"package": {"purl": "pkg:npm/%40scope/gamma@1.0.0"}, "versions": ["1.0.0"]},
      {"package": {"purl": "pkg:pypi/delta"}, "versions": ["1.0.0"]},
      {"versions": ["1.0.0"]}]})",
                                "record.json");
  REQUIRE(advisory);
  REQUIRE(advisory->packages.size() == 2);
  CHECK(advisory->packages[0].name == "@scope/beta");
  CHECK(advisory->packages[1].name == "@scope/gamma");
}

TEST_CASE("severity is a word where there is one, else a vector") {
  auto severity = [](const std::string& members) {
    auto advisory = read_advisory("{\"id\": \"X\"" + members + "}", "record.json");
    REQUIRE(advisory);
    return advisory->severity;
  };
  CHECK(severity("") == "");
  const std::string scores = R"(, "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}])";
  CHECK(severity(scores) == "CVSS:3.1/AV:N");
  CHECK(severity(scores + R"(, "database_specific": {"severity": "HIGH"})") == "high");
}

TEST_CASE("the lowest version that has it fixed is told") {
  auto advisory = read_advisory(record(R"({"introduced": "1.0.0"}, {"fixed": "1.4.2"},
      {"introduced": "2.0.0"}, {"fixed": "2.1.0"})"),
                                "record.json");
  CHECK(advisory->packages[0].fixed_after("1.0.0") == "1.4.2");
  CHECK(advisory->packages[0].fixed_after("2.0.3") == "2.1.0");
  CHECK(advisory->packages[0].fixed_after("2.1.0") == "");
}

TEST_CASE("what is no advisory is refused by name") {
  for (const std::string& text :
       {std::string("{}"), std::string("[]"), record(R"({"introduced": "one"})"),
        record(R"({"fixed": "0"})"),
        std::string(R"({"id": "X", "affected": [{"package": {"ecosystem": "npm", "name": "a"},
                       "ranges": [{"type": "SEMVER"}]}]})")}) {
    CAPTURE(text);
    auto advisory = read_advisory(text, "record.json");
    REQUIRE_FALSE(advisory);
    CHECK(advisory.error().code == "advisory-malformed");
    CHECK(advisory.error().position->file == "record.json");
  }
  CHECK_FALSE(read_advisory("{", "record.json"));
}
