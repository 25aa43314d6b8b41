// Runs the tables of node-semver's own test suite over our reading of versions and ranges.
#include <catch2/catch.hpp>
#include <iostream>

#include "base/file_system.h"
#include "base/json.h"
#include "lockfile/semver.h"

using namespace ingot;

namespace {

// Tables that ask what reading a lockfile never asks.
constexpr std::string_view kSkipped[] = {
    "increments",            // making the next version
    "truncations",           // cutting a version down to a release
    "version-gt-range",      // whether a version lies above a whole range: for choosing versions
    "version-lt-range",      // the same, below
    "version-not-gt-range",  // the same, negated
    "version-not-lt-range",  // the same, negated
};

SemverOptions options_of(const JsonCursor& row) {
  SemverOptions options;
  auto written = row.find("options");
  if (!written) return options;
  if (written->is_true() || written->find_true("loose")) options.mode = SemverMode::kLoose;
  options.include_prerelease = written->find_true("includePrerelease");
  return options;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += part + ' ';
  return out;
}
std::string joined(const JsonCursor& list) {
  std::string out;
  for (JsonCursor part : list) out += std::string(part.text()) + ' ';
  return out;
}

void check_parts(const JsonCursor& row, SemverMode mode) {
  auto version = Version::parse(row.find("version")->text(), mode);
  REQUIRE(version);
  CHECK(std::to_string(version->major) == row.find("major")->text());
  CHECK(std::to_string(version->minor) == row.find("minor")->text());
  CHECK(std::to_string(version->patch) == row.find("patch")->text());
  std::string prerelease;
  for (const auto& identifier : version->prerelease) prerelease += identifier.text + ' ';
  CHECK(prerelease == joined(*row.find("prerelease")));
  CHECK(joined(version->build) == joined(*row.find("build")));
}

void check_intersection(std::string_view a, std::string_view b, bool expected,
                        bool include_prerelease) {
  for (SemverMode mode : {SemverMode::kStrict, SemverMode::kLoose}) {
    auto left = VersionRange::parse(a, {mode, include_prerelease});
    auto right = VersionRange::parse(b, {mode, include_prerelease});
    REQUIRE(left);
    REQUIRE(right);
    CHECK(left->intersects(*right) == expected);
    CHECK(right->intersects(*left) == expected);
  }
}

void check_row(std::string_view table, const JsonCursor& row) {
  SemverOptions options = options_of(row);
  auto text = [&](std::string_view key) { return row.find_text(key).value_or(""); };
  if (table == "range-include") {
    CHECK(satisfies(text("version"), text("range"), options));
  } else if (table == "range-exclude") {
    CHECK_FALSE(satisfies(text("version"), text("range"), options));
  } else if (table == "range-parse") {
    auto range = VersionRange::parse(text("range"), options);
    std::string canonical = !range ? "null" : range->is_any() ? "*" : range->text();
    bool invalid = row.find("expected")->is_null();
    CHECK(canonical == (invalid ? "null" : text("expected")));
  } else if (table == "comparisons") {
    auto greater = Version::parse(text("greater"), options.mode);
    auto lesser = Version::parse(text("lesser"), options.mode);
    REQUIRE(greater);
    REQUIRE(lesser);
    CHECK(*greater > *lesser);
    CHECK(*lesser < *greater);
  } else if (table == "equality") {
    auto one = Version::parse(text("version1"), options.mode);
    auto other = Version::parse(text("version2"), options.mode);
    REQUIRE(one);
    REQUIRE(other);
    CHECK(*one == *other);
  } else if (table == "valid-versions") {
    check_parts(row, options.mode);
  } else if (table == "invalid-versions") {
    auto value = row.find("value");
    CHECK((!value->is_string() || !Version::parse(value->text(), options.mode)));
  } else if (table == "comparator-intersection") {
    check_intersection(text("comparator0"), text("comparator1"), row.find_true("expected"),
                       row.find_true("options"));
  } else if (table == "range-intersection") {
    check_intersection(text("range0"), text("range1"), row.find_true("expected"), false);
  } else {
    FAIL("a table that nothing here reads");
  }
}

}  // namespace

TEST_CASE("versions and ranges mean what node-semver's own tables say") {
  auto text = real_file_system().read(
      std::string(INGOT_SHARED_DIR) + "/corpora/semver/semver-cases.json", 16 << 20);
  if (!text) {
    WARN("skipped: the folder of shared test data is not here");
    return;
  }
  auto document = JsonDocument::parse(std::move(*text), "semver-cases.json");
  REQUIRE(document);
  size_t compared = 0, skipped = 0;
  for (JsonCursor table : *document->root().find("tables")) {
    if (std::ranges::find(kSkipped, table.key()) != std::end(kSkipped)) {
      skipped += table.find("rows")->size();
      continue;
    }
    for (JsonCursor row : *table.find("rows")) {
      CAPTURE(table.key(), row.position().position().line);
      check_row(table.key(), row);
      ++compared;
    }
  }
  std::cout << "semver tables: " << compared << " rows compared, " << skipped << " skipped\n";
  CHECK(compared > 0);
}
