#include "packer/executable/signing/identity.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/releaser.h"

namespace ingot {
namespace {

using Pkcs12 = std::unique_ptr<PKCS12, Releaser<PKCS12_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Releaser<OSSL_PROVIDER_unload>>;

struct Contents {
  KeyHandle key;
  std::vector<CertificateHandle> certificates;
};

CertificateHandle hold(X509* certificate) {
  return CertificateHandle(certificate, X509_free);
}

Pkcs12 decode(ByteView bytes) {
  const uint8_t* at = bytes.data();
  return Pkcs12(d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
}

// The empty password and none at all give different keys; files with either are around.
bool opens(PKCS12* file, const std::string& password) {
  if (PKCS12_mac_present(file) == 0) return true;
  int length = static_cast<int>(password.size());
  if (PKCS12_verify_mac(file, password.c_str(), length) == 1) return true;
  return password.empty() && PKCS12_verify_mac(file, nullptr, 0) == 1;
}

// What is in the file; nothing when it cannot be decrypted.
std::optional<Contents> parse(PKCS12* file, const std::string& password) {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(file, password.c_str(), &key, &certificate, &others) != 1) return std::nullopt;
  Contents contents;
  if (key != nullptr) contents.key = KeyHandle(key, EVP_PKEY_free);
  if (certificate != nullptr) contents.certificates.push_back(hold(certificate));
  for (int i = 0; i < sk_X509_num(others); ++i)
    contents.certificates.push_back(hold(sk_X509_value(others, i)));
  sk_X509_free(others);
  return contents;
}

// RC2 and the like, which macOS' Keychain and older Windows still write, are in a provider of their
// own. It is there while the file is read and no longer.
std::optional<Contents> parse_with_old_ciphers(PKCS12* file, const std::string& password) {
  Provider old(OSSL_PROVIDER_try_load(nullptr, "legacy", 1));
  if (!old) return std::nullopt;
  return parse(file, password);
}

Result<Contents> open(ByteView bytes, const std::string& password) {
  if (bytes.size() > kMaxIdentitySize)
    return fail(input_error("identity-too-large", "a PKCS#12 file is never as large as this one"));
  Pkcs12 file = decode(bytes);
  if (!file)
    return fail(input_error("identity-malformed", "this is no PKCS#12 file")
                    .hinted("it is what other programs export as .p12 or .pfx"));
  if (!opens(file.get(), password))
    return fail(input_error("identity-password-wrong",
                            password.empty() ? "the identity needs a password"
                                             : "the password does not open the identity")
                    .hinted("give it by --password-file or in $INGOT_SIGN_PASSWORD"));
  auto contents = parse(file.get(), password);
  if (!contents) contents = parse_with_old_ciphers(file.get(), password);
  if (!contents)
    return fail(input_error("identity-cipher-unsupported",
                            "the identity is encrypted in a way that cannot be read here")
                    .hinted("'openssl pkcs12 -legacy' reads it and 'openssl pkcs12 -export' "
                            "writes it with current ciphers"));
  return std::move(*contents);
}

Status check_key(EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "RSA") == 1) return {};
  char curve[32] = {};
  if (EVP_PKEY_is_a(&key, "EC") == 1 &&
      EVP_PKEY_get_group_name(&key, curve, sizeof(curve), nullptr) == 1) {
    for (int known : {NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1})
      if (OBJ_txt2nid(curve) == known) return {};
  }
  return fail(input_error("identity-key-unsupported",
                          "the identity's key is neither RSA nor of a NIST curve")
                  .hinted("signatures of other keys are not accepted by any system"));
}

// From the leaf to whoever signed it, as far as the file goes.
std::vector<CertificateHandle> find_chain(const CertificateHandle& leaf,
                                          std::vector<CertificateHandle> others) {
  std::vector<CertificateHandle> chain;
  X509* last = leaf.get();
  while (X509_check_issued(last, last) != X509_V_OK) {
    auto issuer = std::ranges::find_if(others, [&](const CertificateHandle& other) {
      return X509_check_issued(other.get(), last) == X509_V_OK;
    });
    if (issuer == others.end()) break;
    last = issuer->get();
    chain.push_back(std::move(*issuer));
    others.erase(issuer);
  }
  return chain;
}

void warn_of(X509& certificate, Diagnostics& diagnostics) {
  const std::string owner = owner_of(certificate);
  if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0)
    diagnostics.warning(
        input_error("identity-expired", "the certificate of " + owner + " has expired"));
  if (X509_cmp_current_time(X509_get0_notBefore(&certificate)) > 0)
    diagnostics.warning(
        input_error("identity-not-yet-valid", "the certificate of " + owner + " is not valid yet"));
  // All ones when the certificate does not limit its use.
  if ((X509_get_extended_key_usage(&certificate) & XKU_CODE_SIGN) == 0)
    diagnostics.warning(input_error("identity-purpose",
                                    "the certificate of " + owner + " is not for signing code"));
}

std::string text_of(const X509_NAME* name) {
  int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  uint8_t* text = nullptr;
  if (at >= 0) {
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    int size = ASN1_STRING_to_UTF8(&text, value);
    std::string out = size > 0 ? std::string(text, text + size) : "";
    OPENSSL_free(text);
    if (!out.empty()) return out;
  }
  char* line = X509_NAME_oneline(name, nullptr, 0);
  std::string out = line == nullptr ? "" : line;
  OPENSSL_free(line);
  return out;
}

}  // namespace

Result<Identity> load_identity(ByteView pkcs12, const std::string& password,
                               Diagnostics& diagnostics) {
  auto contents = open(pkcs12, password);
  ERR_clear_error();
  if (!contents) return fail(std::move(contents.error()));
  if (!contents->key)
    return fail(input_error("identity-no-key", "the identity has no private key in it")
                    .hinted("export the certificate together with its key"));
  TRY(check_key(*contents->key));
  auto& certificates = contents->certificates;
  auto leaf = std::ranges::find_if(certificates, [&](const CertificateHandle& certificate) {
    return X509_check_private_key(certificate.get(), contents->key.get()) == 1;
  });
  ERR_clear_error();
  if (leaf == certificates.end())
    return fail(
        input_error("identity-no-certificate", "the identity has no certificate for its key")
            .hinted("export the key together with its certificate"));
  Identity identity{contents->key, *leaf, {}};
  certificates.erase(leaf);
  identity.chain = find_chain(identity.certificate, std::move(certificates));
  warn_of(*identity.certificate, diagnostics);
  return identity;
}

std::string owner_of(const X509& certificate) {
  return text_of(X509_get_subject_name(&certificate));
}

std::string issuer_of(const X509& certificate) {
  return text_of(X509_get_issuer_name(&certificate));
}

Bytes certificate_der(const X509& certificate) {
  Bytes der(static_cast<size_t>(i2d_X509(&certificate, nullptr)));
  uint8_t* at = der.data();
  i2d_X509(&certificate, &at);
  return der;
}

}  // namespace ingot
