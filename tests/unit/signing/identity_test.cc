#include "packer/executable/signing/identity.h"

#include <openssl/provider.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "throwaway_identity.h"

using namespace ingot;

namespace {

// "" or the code of the error.
std::string refusal(ByteView file, const std::string& password) {
  Diagnostics diagnostics;
  auto identity = load_identity(file, password, diagnostics);
  return identity ? "" : identity.error().code;
}

std::vector<std::string> warnings(const CertificateSettings& settings) {
  Diagnostics diagnostics;
  auto identity = load_identity(ThrowawayIdentity(settings).pkcs12("x"), "x", diagnostics);
  REQUIRE(identity);
  std::vector<std::string> codes;
  for (const Error& warning : diagnostics.warnings()) codes.push_back(warning.code);
  return codes;
}

}  // namespace

TEST_CASE("an identity has its key, its certificate and the issuers that the file has") {
  for (bool elliptic : {false, true}) {
    ThrowawayIdentity made({}, elliptic ? make_ec_key() : make_rsa_key());
    Diagnostics diagnostics;
    auto identity = load_identity(made.pkcs12("a password"), "a password", diagnostics);
    REQUIRE(identity);
    CHECK(EVP_PKEY_eq(identity->key.get(), made.key.get()) == 1);
    CHECK(certificate_der(*identity->certificate) == certificate_der(*made.certificate));
    REQUIRE(identity->chain.size() == 1);
    CHECK(certificate_der(*identity->chain[0]) == certificate_der(*made.root));
    CHECK(owner_of(*identity->certificate) == "Throw-away Signer");
    CHECK(issuer_of(*identity->certificate) == "Throw-away Root");
    CHECK(diagnostics.warnings().empty());
  }
}

TEST_CASE("a certificate without a use for it is warned of, and used") {
  CHECK(warnings({}).empty());
  CHECK(warnings({.purpose = ""}).empty());
  CHECK(warnings({.valid_to = -60}) == std::vector<std::string>{"identity-expired"});
  CHECK(warnings({.valid_from = 60}) == std::vector<std::string>{"identity-not-yet-valid"});
  CHECK(warnings({.purpose = "serverAuth"}) == std::vector<std::string>{"identity-purpose"});
}

TEST_CASE("a wrong password is called that") {
  ThrowawayIdentity made;
  Bytes file = made.pkcs12("right");
  CHECK(refusal(file, "right").empty());
  CHECK(refusal(file, "wrong") == "identity-password-wrong");
  CHECK(refusal(file, "") == "identity-password-wrong");
  CHECK(refusal(made.pkcs12(""), "").empty());
  CHECK(refusal(made.pkcs12("pässwört"), "pässwört").empty());
}

TEST_CASE("what an identity lacks is named") {
  ThrowawayIdentity made;
  CHECK(refusal(made.pkcs12("x", 0, false, true), "x") == "identity-no-key");
  CHECK(refusal(made.pkcs12("x", 0, true, false), "x") == "identity-no-certificate");
  KeyHandle edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  for (const KeyHandle& key : {make_ec_key("secp256k1"), edwards})
    CHECK(refusal(ThrowawayIdentity({}, key).pkcs12("x"), "x") == "identity-key-unsupported");
}

TEST_CASE("files with the old ciphers open where OpenSSL has them") {
  ThrowawayIdentity made;
  CHECK(refusal(made.pkcs12("x", NID_pbe_WithSHA1And3_Key_TripleDES_CBC), "x").empty());
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  OSSL_PROVIDER* usual = OSSL_PROVIDER_load(context, "default");
  OSSL_PROVIDER* old = OSSL_PROVIDER_load(context, "legacy");
  Bytes file;
  if (old != nullptr) file = made.pkcs12("x", NID_pbe_WithSHA1And40BitRC2_CBC, true, true, context);
  OSSL_PROVIDER_unload(old);
  OSSL_PROVIDER_unload(usual);
  OSSL_LIB_CTX_free(context);
  if (file.empty()) {
    WARN("SKIPPED: OpenSSL has no old ciphers on this machine");
    return;
  }
  CHECK(refusal(file, "x").empty());
  CHECK(refusal(file, "y") == "identity-password-wrong");
}

TEST_CASE("a file that is no identity is refused by name, and damage is no crash") {
  CHECK(refusal(std::string_view(""), "x") == "identity-malformed");
  CHECK(refusal(std::string_view("-----BEGIN CERTIFICATE-----\n"), "x") == "identity-malformed");
  CHECK(refusal(Bytes(kMaxIdentitySize + 1), "x") == "identity-too-large");
  Bytes good = ThrowawayIdentity({}, make_ec_key()).pkcs12("x");
  std::mt19937_64 random(7);
  size_t refused = 0;
  for (int round = 0; round < 200; ++round) {
    Bytes bad = good;
    bad[random() % bad.size()] ^= static_cast<uint8_t>(1 + random() % 255);
    if (round % 8 == 0) bad.resize(random() % bad.size());
    refused += refusal(bad, "x").empty() ? 0 : 1;
  }
  CHECK(refused > 150);
}
