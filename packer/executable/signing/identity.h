// Who signs: a private key with its certificate and those of its issuers, from a PKCS#12 file.
//
// Owns opening the file (also ones with the old ciphers that other programs still export) and
// saying what is wrong with it. Signs nothing, and keeps the password no longer than it needs it.
// Whether anybody trusts the certificate is not asked here. Source: RFC 7292, by OpenSSL.
//
// Errors: "identity-too-large", "identity-malformed" (no PKCS#12), "identity-password-wrong",
// "identity-cipher-unsupported", "identity-no-key", "identity-no-certificate" (none for the key),
// "identity-key-unsupported" (neither RSA nor a NIST curve). Warnings: "identity-expired",
// "identity-not-yet-valid", "identity-purpose" (made for something else than signing code).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

struct evp_pkey_st;  // EVP_PKEY
struct x509_st;      // X509

namespace ingot {

inline constexpr size_t kMaxIdentitySize = 1 << 20;  // bytes

using KeyHandle = std::shared_ptr<evp_pkey_st>;
using CertificateHandle = std::shared_ptr<x509_st>;

// A handle is never null.
struct Identity {
  KeyHandle key;
  CertificateHandle certificate;         // for `key`
  std::vector<CertificateHandle> chain;  // its issuers that the file has, the nearest first
};

// `password` is UTF-8; "" also opens files that have none.
Result<Identity> load_identity(ByteView pkcs12, const std::string& password,
                               Diagnostics& diagnostics);

// The common name of its owner, or the whole name when there is none. UTF-8.
std::string owner_of(const x509_st& certificate);
std::string issuer_of(const x509_st& certificate);
Bytes certificate_der(const x509_st& certificate);

}  // namespace ingot
