// Key pairs for one test, as the PEM texts that OpenSSL's command writes.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "packer/attest/key.h"

namespace ingot {

class ThrowawayKey {
 public:
  // "ED25519", or the name of a curve, or "RSA".
  explicit ThrowawayKey(const std::string& kind = "ED25519")
      : key_(kind == "ED25519" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
             : kind == "RSA"   ? EVP_RSA_gen(2048)
                               : EVP_EC_gen(kind.c_str()),
             EVP_PKEY_free) {
    REQUIRE(key_);
  }

  std::string private_pem(const std::string& password = "") const {
    return pem([&](BIO* out) {
      const EVP_CIPHER* cipher = password.empty() ? nullptr : EVP_aes_256_cbc();
      return PEM_write_bio_PKCS8PrivateKey(out, key_.get(), cipher, password.data(),
                                           static_cast<int>(password.size()), nullptr, nullptr);
    });
  }
  std::string traditional_pem(const std::string& password = "") const {
    return pem([&](BIO* out) {
      const EVP_CIPHER* cipher = password.empty() ? nullptr : EVP_aes_256_cbc();
      return PEM_write_bio_PrivateKey_traditional(
          out, key_.get(), cipher, reinterpret_cast<const uint8_t*>(password.data()),
          static_cast<int>(password.size()), nullptr, nullptr);
    });
  }
  std::string public_pem() const {
    return pem([&](BIO* out) { return PEM_write_bio_PUBKEY(out, key_.get()); });
  }
  PrivateKey private_key() const {
    auto key = PrivateKey::from_pem(private_pem(), "");
    REQUIRE(key);
    return *key;
  }
  PublicKey public_key() const { return private_key().public_key(); }

 private:
  template <typename Write>
  static std::string pem(Write write) {
    std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), BIO_free_all);
    REQUIRE(write(out.get()) == 1);
    char* text = nullptr;
    long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<size_t>(size));
  }

  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace ingot
