#include "lockfile/semver.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("a prerelease is in a range only when the range speaks of its three numbers") {
  CHECK(satisfies("1.2.3-beta.2", "^1.2.3-beta.1"));
  CHECK_FALSE(satisfies("1.2.4-beta.2", "^1.2.3-beta.1"));
  CHECK(satisfies("1.2.4-beta.2", "^1.2.3-beta.1", {SemverMode::kStrict, true}));
}

TEST_CASE("build metadata counts in no comparison") {
  CHECK(*Version::parse("1.0.0+a") == *Version::parse("1.0.0+b"));
  CHECK(satisfies("1.0.0+5", "1.0.0"));
  CHECK(Version::parse("1.0.0-x+b.1")->text() == "1.0.0-x");
}

TEST_CASE("numbers beyond what JavaScript counts are no version") {
  CHECK(Version::parse("9007199254740991.0.0"));
  CHECK_FALSE(Version::parse("9007199254740992.0.0"));
  CHECK_FALSE(VersionRange::parse("^9007199254740991.0.0"));
  CHECK_FALSE(Version::parse(std::string(300, '1') + ".0.0"));
}

TEST_CASE("an unreadable part spoils a strict range and is dropped from a loose one") {
  CHECK_FALSE(VersionRange::parse("1.x || latest"));
  CHECK_FALSE(VersionRange::parse("latest", {SemverMode::kLoose}));
  CHECK(VersionRange::parse("1.x || latest", {SemverMode::kLoose})->text() == ">=1.0.0 <2.0.0-0");
}

TEST_CASE("a range that would take for ever to compare is none") {
  std::string range;
  while (range.size() < 5'000'000) range += ">=1." + std::to_string(range.size()) + ".0 ";
  CHECK_FALSE(VersionRange::parse(range));
  CHECK(VersionRange::parse(range.substr(0, range.rfind(' ', kMaxRangeSize - 1))));
}

TEST_CASE("text that is no range never satisfies") {
  CHECK_FALSE(satisfies("1.0.0", "not a range"));
  CHECK_FALSE(satisfies("one", "*"));
  CHECK(satisfies("1.0.0", ""));
}
