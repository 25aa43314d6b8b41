// Certificates for one test: a root of the test's own and a leaf that it issued.
#pragma once

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <string>

#include "packer/executable/signing/identity.h"

namespace ingot {

struct CertificateSettings {
  std::string owner = "Throw-away Signer";
  long valid_from = -3600;  // seconds from now
  long valid_to = 24 * 3600;
  std::string purpose = "codeSigning";  // "": any
  bool is_authority = false;
  std::string organization = "";  // none
  std::string unit = "";          // none
};

inline KeyHandle make_rsa_key() {
  return KeyHandle(EVP_RSA_gen(2048), EVP_PKEY_free);
}
inline KeyHandle make_ec_key(const char* curve = "P-256") {
  return KeyHandle(EVP_EC_gen(curve), EVP_PKEY_free);
}

// `issuer`: nothing for a certificate that signs itself.
inline CertificateHandle make_certificate(EVP_PKEY* key, const CertificateSettings& settings,
                                          X509* issuer, EVP_PKEY* issuer_key) {
  CertificateHandle out(X509_new(), X509_free);
  X509* certificate = out.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), settings.is_authority ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), settings.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), settings.valid_to);
  X509_NAME* name = X509_get_subject_name(certificate);
  auto add_name = [&](const char* part, const std::string& value) {
    const auto* text = reinterpret_cast<const uint8_t*>(value.c_str());
    if (!value.empty()) X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, text, -1, -1, 0);
  };
  add_name("CN", settings.owner);
  add_name("O", settings.organization);
  add_name("OU", settings.unit);
  X509_set_issuer_name(certificate, issuer == nullptr ? name : X509_get_subject_name(issuer));
  X509_set_pubkey(certificate, key);
  auto extend = [&](int id, const char* value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  };
  extend(NID_basic_constraints, settings.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(NID_key_usage, settings.is_authority ? "keyCertSign" : "digitalSignature");
  if (!settings.is_authority && !settings.purpose.empty())
    extend(NID_ext_key_usage, settings.purpose.c_str());
  X509_sign(certificate, issuer_key == nullptr ? key : issuer_key, EVP_sha256());
  return out;
}

struct ThrowawayIdentity {
  KeyHandle root_key = make_ec_key();
  CertificateHandle root = make_certificate(
      root_key.get(), {.owner = "Throw-away Root", .is_authority = true}, nullptr, nullptr);
  KeyHandle key;
  CertificateHandle certificate;

  explicit ThrowawayIdentity(const CertificateSettings& settings = {},
                             KeyHandle own_key = make_rsa_key())
      : key(std::move(own_key)),
        certificate(make_certificate(key.get(), settings, root.get(), root_key.get())) {}

  // `cipher`: 0 for OpenSSL's own choice. `with_key`, `with_certificate`: what the file is to hold.
  Bytes pkcs12(const std::string& password, int cipher = 0, bool with_key = true,
               bool with_certificate = true, OSSL_LIB_CTX* context = nullptr) const {
    STACK_OF(X509)* others = sk_X509_new_null();
    sk_X509_push(others, root.get());
    PKCS12* file = PKCS12_create_ex(password.c_str(), "throw-away", with_key ? key.get() : nullptr,
                                    with_certificate ? certificate.get() : nullptr, others, cipher,
                                    cipher, 0, 0, 0, context, nullptr);
    sk_X509_free(others);
    if (file == nullptr) std::abort();
    Bytes out(static_cast<size_t>(i2d_PKCS12(file, nullptr)));
    uint8_t* at = out.data();
    i2d_PKCS12(file, &at);
    PKCS12_free(file);
    return out;
  }

  std::string root_pem() const {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, root.get());
    char* text = nullptr;
    long size = BIO_get_mem_data(memory, &text);
    std::string out(text, static_cast<size_t>(size));
    BIO_free(memory);
    return out;
  }
};

}  // namespace ingot
