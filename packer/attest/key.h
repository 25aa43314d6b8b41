// Key pairs that say who made something: Ed25519, or ECDSA on P-256 with SHA-256.
//
// Owns reading them from PEM files as OpenSSL writes them (a private key as PKCS#8 or in its
// traditional form, with or without a password; a public key as SubjectPublicKeyInfo, RFC 7468),
// signing and checking. All cryptography is OpenSSL's. Never decides whom to trust, and puts
// nothing of a private key into a message. Certificates and Authenticode are
// packer/executable/signing's.
//
// An Ed25519 signature depends on key and message alone (RFC 8032). One of ECDSA does so where
// OpenSSL makes its nonces deterministic (RFC 6979, since version 3.2): `signs_alike` tells.
//
// Errors: "key-malformed", "key-password-wrong", "key-unsupported" (another algorithm or curve),
// "key-private" and "key-public" (one where the other is meant), "signing-failed".
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_view.h"
#include "base/result.h"

struct evp_pkey_st;  // EVP_PKEY

namespace ingot {

inline constexpr size_t kMaxKeyFile = 64 << 10;  // bytes

class PublicKey {
 public:
  static Result<PublicKey> from_pem(std::string_view pem);
  static Result<PublicKey> from_der(ByteView spki);

  // SubjectPublicKeyInfo.
  const Bytes& der() const { return der_; }
  // The SHA-256 of der(), in hex: what the key is called.
  std::string id() const;
  // "ed25519" or "ecdsa-p256".
  std::string_view algorithm() const;
  // `signature`: of ECDSA, in DER.
  bool verifies(ByteView message, ByteView signature) const;

 private:
  friend class PrivateKey;
  static Result<PublicKey> of(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  Bytes der_;
};

class PrivateKey {
 public:
  // `password` is asked for only when the key is encrypted.
  static Result<PrivateKey> from_pem(std::string_view pem, const std::string& password);

  const PublicKey& public_key() const { return public_; }
  Result<Bytes> sign(ByteView message) const;
  // Whether the same message gets the same signature each time.
  bool signs_alike() const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  PublicKey public_;
};

}  // namespace ingot
