#include "packer/attest/seal_signature.h"

#include <catch2/catch.hpp>

#include "tests/unit/attest/throwaway_key.h"

using namespace ingot;

namespace {

constexpr std::string_view kManifest = "{\"ingot\":\"0.1.0\"}\n";

std::string code_of(ByteView seal, const PublicKey* key, std::string_view manifest = kManifest) {
  auto sealer = check_seal(seal, manifest, key);
  if (sealer) return "";
  CHECK(sealer.error().kind == ErrorKind::kIntegrity);
  return sealer.error().code;
}

}  // namespace

TEST_CASE("a seal names the key that made it, and fits the manifest alone") {
  for (const char* kind : {"ED25519", "P-256"}) {
    ThrowawayKey pair(kind);
    const PublicKey key = pair.public_key(), other = ThrowawayKey(kind).public_key();
    auto seal = write_seal(kManifest, pair.private_key());
    REQUIRE(seal);
    auto sealer = check_seal(*seal, kManifest, nullptr);
    REQUIRE((sealer && *sealer));
    CHECK((*sealer)->id() == key.id());
    CHECK(code_of(*seal, &key) == "");
    CHECK(code_of(*seal, &other) == "seal-key-other");
    CHECK(code_of(*seal, nullptr, "{}") == "seal-altered");
    CHECK(code_of(*seal, &key, "{}") == "seal-altered");
  }
}

TEST_CASE("no seal is missed only by who asks for one") {
  const PublicKey key = ThrowawayKey().public_key();
  CHECK(code_of({}, nullptr) == "");
  CHECK(code_of({}, &key) == "seal-missing");
}

TEST_CASE("every changed byte of a seal is found") {
  ThrowawayKey pair;
  Bytes seal = *write_seal(kManifest, pair.private_key());
  for (size_t i = 0; i < seal.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      seal[i] ^= static_cast<uint8_t>(1 << bit);
      CHECK(code_of(seal, nullptr).starts_with("seal-"));
      seal[i] ^= static_cast<uint8_t>(1 << bit);
    }
  for (size_t size = 1; size < seal.size(); ++size)
    CHECK(code_of(ByteView(seal.data(), size), nullptr) == "seal-malformed");
  CHECK(code_of(Bytes(5000, ' '), nullptr) == "seal-malformed");
}
