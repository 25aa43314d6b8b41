#include "lockfile/integrity.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace std::literals;

namespace {

// Of the three bytes "abc".
const std::string kSha1 = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
const std::string kSha256 = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
const std::string kSha512 = Integrity::of(digest_of(DigestAlgorithm::kSha512, "abc"sv)).text();

std::string code_of(std::string_view text) {
  auto integrity = Integrity::parse(text);
  return integrity ? "" : integrity.error().code;
}

}  // namespace

TEST_CASE("an integrity is read back as it was written, strongest hash first") {
  auto integrity = Integrity::parse(" " + kSha1 + "\n" + kSha512 + "?option ");
  REQUIRE(integrity);
  CHECK(integrity->text() == kSha512 + " " + kSha1);
  CHECK(integrity->strongest().algorithm == DigestAlgorithm::kSha512);
  CHECK(integrity->is_strong());
  CHECK_FALSE(Integrity::parse(kSha1)->is_strong());
  CHECK_FALSE(Integrity().is_strong());
}

TEST_CASE("what npm would drop silently is refused by name") {
  CHECK(code_of("sha3-AAAA") == "integrity-algorithm");
  CHECK(code_of("md5-kAFQmDzST7DWlj99KOF/cg==") == "integrity-algorithm");
  // Even beside a hash that can be used.
  CHECK(code_of(kSha512 + " sha999-AAAA") == "integrity-algorithm");
  CHECK(code_of("") == "integrity-syntax");
  CHECK(code_of("  ") == "integrity-syntax");
  CHECK(code_of("sha512") == "integrity-syntax");
  CHECK(code_of("sha512-") == "integrity-syntax");
}

TEST_CASE("a hash has exactly one spelling") {
  std::string loose = kSha256;
  loose.pop_back();
  CHECK(code_of(loose) == "integrity-syntax");                                  // padding cut off
  CHECK(code_of("sha256-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=") == "integrity-syntax");  // too short
  CHECK(code_of("SHA256" + kSha256.substr(6)) == "integrity-algorithm");
}

TEST_CASE("every algorithm that is listed has to match") {
  CHECK(Integrity::parse(kSha1 + " " + kSha512)->verify("abc"sv));
  auto mixed = Integrity::parse("sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA= " + kSha512);
  REQUIRE(mixed);
  auto status = mixed->verify("abc"sv);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == "integrity-mismatch");
  CHECK(status.error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("of several hashes of one algorithm, any may match") {
  auto either = Integrity::parse("sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= " + kSha256);
  REQUIRE(either);
  CHECK(either->verify("abc"sv));
  CHECK_FALSE(either->verify("abd"sv));
}

TEST_CASE("a mismatch names both digests") {
  auto status = Integrity::parse(kSha256)->verify("abd"sv);
  REQUIRE_FALSE(status);
  REQUIRE(status.error().notes.size() == 2);
  CHECK(status.error().notes[0].find(kSha256) != std::string::npos);
  CHECK(Integrity().verify("abc"sv).error().code == "integrity-missing");
}
