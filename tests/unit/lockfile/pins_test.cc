#include "lockfile/pins.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

Integrity digest(std::string_view text) {
  return Integrity::of(digest_of(DigestAlgorithm::kSha512, text));
}

LockedPackage package_of(std::string name, SourceKind kind = SourceKind::kRegistry) {
  LockedPackage package;
  package.install_path = "node_modules/" + name;
  package.name = std::move(name);
  package.version = "1.0.0";
  package.source.kind = kind;
  return package;
}

std::string code_of(std::string text) {
  auto pins = parse_pins(std::move(text));
  return pins ? "" : pins.error().code;
}

}  // namespace

TEST_CASE("pins are read as they were written") {
  Pins pins = {{"a@1.0.0", digest("a")}, {"@s/b@2.0.0", digest("b")}};
  auto read = parse_pins(write_pins(pins));
  REQUIRE(read);
  CHECK(*read == pins);
  CHECK(parse_pins(write_pins({}))->empty());
}

TEST_CASE("only packages without a proof of their own take a pinned digest") {
  Lockfile lockfile;
  lockfile.packages = {package_of("bare"),
                       package_of("proved"),
                       package_of("yarns"),
                       package_of("unknown"),
                       package_of("folder", SourceKind::kDirectory),
                       package_of("other")};
  lockfile.packages[1].integrity = digest("locked");
  lockfile.packages[2].archive_checksum = ArchiveChecksum{"10c0", std::string(128, 'a')};
  lockfile.packages[3].archive_checksum = ArchiveChecksum{"1ff0", std::string(128, 'a')};
  Pins pins;
  for (const LockedPackage& package : lockfile.packages)
    if (package.name != "other") pins[package.name + "@1.0.0"] = digest("pinned");
  CHECK(apply_pins(pins, lockfile) ==
        std::set<std::string>{"node_modules/bare", "node_modules/unknown"});
  CHECK(lockfile.packages[0].integrity == digest("pinned"));
  CHECK(lockfile.packages[1].integrity == digest("locked"));
  CHECK(lockfile.packages[2].integrity.empty());
  CHECK(lockfile.packages[5].integrity.empty());
}

TEST_CASE("a tarball of no registry is pinned by its address") {
  LockedPackage package = package_of("a", SourceKind::kRemoteTarball);
  package.source.location = "https://registry.example.org/a.tgz";
  CHECK(pin_name(package) == "a@https://registry.example.org/a.tgz");
}

TEST_CASE("pins that say too little are refused by name") {
  CHECK(code_of("{}") == "pins-version");
  CHECK(code_of(R"({"version":2,"packages":{}})") == "pins-version");
  CHECK(code_of(R"({"version":1})") == "pins-malformed");
  CHECK(code_of(R"({"version":1,"packages":{"a@1.0.0":1}})") == "pins-malformed");
  std::string weak = Integrity::of(digest_of(DigestAlgorithm::kSha1, std::string_view("a"))).text();
  CHECK(code_of(R"({"version":1,"packages":{"a@1.0.0":")" + weak + "\"}}") == "pins-weak");
  CHECK_FALSE(code_of(R"({"version":1,"packages":{"a@1.0.0":"sha512-x"}})").empty());
  CHECK_FALSE(code_of("{").empty());
}
