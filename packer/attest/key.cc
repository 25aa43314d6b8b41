#include "packer/attest/key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/digest.h"
#include "base/releaser.h"

namespace ingot {
namespace {

constexpr const char* kNonceType = "nonce-type";  // OSSL_SIGNATURE_PARAM_NONCE_TYPE, OpenSSL 3.2

using Bio = std::unique_ptr<BIO, Releaser<BIO_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using KeyHandle = std::shared_ptr<EVP_PKEY>;

struct PasswordRequest {
  const std::string& password;
  bool asked = false;
};

int give_password(char* buffer, int size, int, void* data) {
  auto* request = static_cast<PasswordRequest*>(data);
  request->asked = true;
  if (request->password.empty() || request->password.size() > static_cast<size_t>(size)) return -1;
  std::ranges::copy(request->password, buffer);
  return static_cast<int>(request->password.size());
}

int no_password(char*, int, int, void*) {
  return -1;
}

Bio bio_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool is_ed25519(EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "ED25519") == 1;
}

bool is_p256(EVP_PKEY* key) {
  char curve[32] = {};
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, curve, sizeof(curve), nullptr) == 1 &&
         OBJ_txt2nid(curve) == NID_X9_62_prime256v1;
}

Error malformed(std::string what) {
  return input_error("key-malformed", "this is no " + std::move(what) + " key in PEM")
      .hinted(
          "'openssl genpkey -algorithm ed25519 -out KEY' makes a private one, 'openssl pkey "
          "-in KEY -pubout' prints the public one that belongs to it");
}

bool names_private_key(std::string_view pem) {
  return pem.find("PRIVATE KEY-----") != std::string_view::npos;
}

// Ready to sign or to verify; of ECDSA with a deterministic nonce, where there is one. `alike` is
// whether the signatures of one message are.
DigestContext begin(EVP_PKEY* key, decltype(EVP_DigestSignInit) init, bool& alike) {
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the context's own
  const EVP_MD* digest = is_ed25519(key) ? nullptr : EVP_sha256();
  if (!context || init(context.get(), &parameters, digest, nullptr, key) != 1) return nullptr;
  alike = is_ed25519(key);
  const OSSL_PARAM* settable = alike ? nullptr : EVP_PKEY_CTX_settable_params(parameters);
  if (settable == nullptr || OSSL_PARAM_locate_const(settable, kNonceType) == nullptr)
    return context;
  unsigned deterministic = 1;
  OSSL_PARAM nonce[] = {OSSL_PARAM_construct_uint(kNonceType, &deterministic),
                        OSSL_PARAM_construct_end()};
  alike = EVP_PKEY_CTX_set_params(parameters, nonce) == 1;
  return context;
}

}  // namespace

Result<PublicKey> PublicKey::of(KeyHandle key) {
  ERR_clear_error();
  if (!is_ed25519(key.get()) && !is_p256(key.get()))
    return fail(input_error("key-unsupported", "the key is neither Ed25519 nor ECDSA on P-256")
                    .hinted("'openssl genpkey -algorithm ed25519 -out KEY' makes one"));
  PublicKey out;
  out.key_ = std::move(key);
  out.der_.resize(static_cast<size_t>(std::max(0, i2d_PUBKEY(out.key_.get(), nullptr))));
  uint8_t* at = out.der_.data();
  i2d_PUBKEY(out.key_.get(), &at);
  return out;
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  if (names_private_key(pem))
    return fail(input_error("key-private", "this is a private key, where the public one is meant")
                    .hinted("'openssl pkey -in KEY -pubout' prints the public one"));
  if (pem.size() > kMaxKeyFile) return fail(malformed("public"));
  Bio bio = bio_of(pem);
  EVP_PKEY* key = PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr);
  ERR_clear_error();
  if (key == nullptr) return fail(malformed("public"));
  return of(KeyHandle(key, EVP_PKEY_free));
}

Result<PublicKey> PublicKey::from_der(ByteView spki) {
  const uint8_t* at = spki.data();
  EVP_PKEY* key = d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size()));
  ERR_clear_error();
  if (key == nullptr) return fail(malformed("public"));
  PublicKey out = TRY(of(KeyHandle(key, EVP_PKEY_free)));
  // A key has one form only, so that no byte of it can change unnoticed.
  if (!std::ranges::equal(out.der_, spki.span())) return fail(malformed("public"));
  return out;
}

std::string PublicKey::id() const {
  return sha256_hex(der_);
}

std::string_view PublicKey::algorithm() const {
  return is_ed25519(key_.get()) ? "ed25519" : "ecdsa-p256";
}

bool PublicKey::verifies(ByteView message, ByteView signature) const {
  bool ignored = false;
  DigestContext context = begin(key_.get(), EVP_DigestVerifyInit, ignored);
  bool good = context && EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                          message.data(), message.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem, const std::string& password) {
  if (!names_private_key(pem) && pem.find("PUBLIC KEY-----") != std::string_view::npos)
    return fail(input_error("key-public", "this is a public key, where the private one is meant"));
  if (pem.size() > kMaxKeyFile) return fail(malformed("private"));
  Bio bio = bio_of(pem);
  PasswordRequest request{password};
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, &request);
  ERR_clear_error();
  if (key == nullptr && request.asked)
    return fail(input_error("key-password-wrong", password.empty()
                                                      ? "the private key needs a password"
                                                      : "the password does not open the key")
                    .hinted("give it by --key-password-file or in $INGOT_KEY_PASSWORD"));
  if (key == nullptr) return fail(malformed("private"));
  PrivateKey out;
  out.key_ = KeyHandle(key, EVP_PKEY_free);
  out.public_ = TRY(PublicKey::of(out.key_));
  return out;
}

Result<Bytes> PrivateKey::sign(ByteView message) const {
  bool ignored = false;
  DigestContext context = begin(key_.get(), EVP_DigestSignInit, ignored);
  size_t size = 0;
  Bytes out;
  bool done =
      context && EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1;
  out.resize(size);
  done =
      done && EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1;
  ERR_clear_error();
  if (!done) return fail(input_error("signing-failed", "OpenSSL cannot sign with this key"));
  out.resize(size);
  return out;
}

bool PrivateKey::signs_alike() const {
  bool alike = false;
  begin(key_.get(), EVP_DigestSignInit, alike);
  ERR_clear_error();
  return alike;
}

}  // namespace ingot
