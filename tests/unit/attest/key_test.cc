#include "packer/attest/key.h"

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "tests/unit/attest/throwaway_key.h"

using namespace ingot;

namespace {

constexpr std::string_view kMessage = "what is signed";

std::string code_of_private(const std::string& pem, const std::string& password = "") {
  auto key = PrivateKey::from_pem(pem, password);
  return key ? "" : key.error().code;
}

std::string code_of_public(const std::string& pem) {
  auto key = PublicKey::from_pem(pem);
  return key ? "" : key.error().code;
}

// The words of an error, all of them.
std::string words_of(const Error& error) {
  std::string words = error.code + error.message + error.hint;
  for (const std::string& note : error.notes) words += note;
  return words;
}

}  // namespace

TEST_CASE("what one key signs its public key accepts, and nothing else") {
  for (const char* kind : {"ED25519", "P-256"}) {
    CAPTURE(kind);
    ThrowawayKey pair(kind), other(kind);
    auto signature = pair.private_key().sign(kMessage);
    REQUIRE(signature);
    auto key = PublicKey::from_pem(pair.public_pem());
    REQUIRE(key);
    CHECK(key->verifies(kMessage, *signature));
    CHECK_FALSE(key->verifies(std::string_view("what is signeD"), *signature));
    CHECK_FALSE(other.public_key().verifies(kMessage, *signature));
    CHECK_FALSE(key->verifies(kMessage, {}));
    for (size_t i = 0; i < signature->size(); ++i) {
      Bytes changed = *signature;
      changed[i] ^= 1;
      CHECK_FALSE(key->verifies(kMessage, changed));
    }
  }
}

TEST_CASE("an Ed25519 signature is the one of RFC 8032, and always the same") {
  // Section 7.1, test 2: the private key as PKCS#8 (RFC 8410).
  const auto pkcs8 = from_hex(
      "302e020100300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8"
      "a6fb");
  const std::string pem =
      "-----BEGIN PRIVATE KEY-----\n" + to_base64(*pkcs8) + "\n-----END PRIVATE KEY-----\n";
  auto key = PrivateKey::from_pem(pem, "");
  REQUIRE(key);
  CHECK(key->signs_alike());
  auto signature = key->sign(std::string_view("\x72"));
  REQUIRE(signature);
  CHECK(
      to_hex(*signature) ==
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
      "1d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(key->sign(std::string_view("\x72")).value() == *signature);
}

TEST_CASE("whether a key signs alike is told as it is") {
  PrivateKey key = ThrowawayKey("P-256").private_key();
  auto first = key.sign(kMessage), second = key.sign(kMessage);
  REQUIRE((first && second));
  CHECK(key.signs_alike() == (*first == *second));
}

TEST_CASE("a private key is read in all forms that OpenSSL writes, with its password") {
  ThrowawayKey ed25519, p256("P-256");
  for (const std::string& pem : {ed25519.private_pem(), p256.private_pem(), p256.traditional_pem()})
    CHECK(code_of_private(pem) == "");
  for (const std::string& pem : {ed25519.private_pem("secret"), p256.private_pem("secret"),
                                 p256.traditional_pem("secret")}) {
    CHECK(code_of_private(pem, "secret") == "");
    CHECK(code_of_private(pem, "Secret") == "key-password-wrong");
    CHECK(code_of_private(pem) == "key-password-wrong");
  }
  CHECK(code_of_private(ed25519.private_pem(), "not needed") == "");
}

TEST_CASE("what is no key of a known kind is refused by name") {
  ThrowawayKey pair;
  CHECK(code_of_private("") == "key-malformed");
  CHECK(code_of_private("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") ==
        "key-malformed");
  CHECK(code_of_private(std::string(kMaxKeyFile + 1, 'x')) == "key-malformed");
  CHECK(code_of_private(pair.public_pem()) == "key-public");
  CHECK(code_of_public(pair.private_pem()) == "key-private");
  CHECK(code_of_public("") == "key-malformed");
  CHECK(code_of_public(pair.public_pem().substr(0, 60)) == "key-malformed");
  for (const char* kind : {"RSA", "P-384", "secp256k1"}) {
    CHECK(code_of_private(ThrowawayKey(kind).private_pem()) == "key-unsupported");
    CHECK(code_of_public(ThrowawayKey(kind).public_pem()) == "key-unsupported");
  }
}

TEST_CASE("no error repeats anything of a private key or its password") {
  ThrowawayKey pair;
  std::string pem = pair.private_pem();
  std::string body = pem.substr(pem.find('\n') + 1, 40);
  auto mistaken = PublicKey::from_pem(pem);
  REQUIRE_FALSE(mistaken);
  CHECK(words_of(mistaken.error()).find(body) == std::string::npos);
  pem[40] = '*';
  auto broken = PrivateKey::from_pem(pem, "");
  REQUIRE_FALSE(broken);
  CHECK(words_of(broken.error()).find(body.substr(20)) == std::string::npos);
  auto locked = PrivateKey::from_pem(pair.private_pem("a password"), "wrong word");
  REQUIRE_FALSE(locked);
  CHECK(words_of(locked.error()).find("wrong word") == std::string::npos);
}

TEST_CASE("a key is called by the SHA-256 of its public form, which has one spelling") {
  ThrowawayKey pair;
  PublicKey key = pair.public_key();
  CHECK(key.id() == sha256_hex(key.der()));
  CHECK(PublicKey::from_der(key.der())->id() == key.id());
  Bytes longer = key.der();
  longer.push_back(0);
  CHECK_FALSE(PublicKey::from_der(longer));
  for (size_t size = 0; size < key.der().size(); ++size)
    CHECK_FALSE(PublicKey::from_der(ByteView(key.der().data(), size)));
}
