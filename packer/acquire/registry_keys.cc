#include "packer/acquire/registry_keys.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/digest.h"

namespace ingot {
namespace {

struct RegistryKey {
  std::string_view id;
  std::string_view spki;     // DER in base64
  std::string_view expired;  // "2025-01-29": nothing published from that day on; "": it has not
};

constexpr RegistryKey kKeys[] = {
    {"SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA",
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlW"
     "wW6KSaKoTNEYL7JlCQiVnkhBktUgg==",
     "2025-01-29"},
    {"SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U",
     "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdI"
     "kUQtQiEKERhAmE5lMMJhP8OkDOa2g==",
     ""},
};

bool is_valid(const RegistryKey& key, std::string_view message, std::string_view signature) {
  auto der = from_base64(key.spki);
  auto raw = from_base64(signature);
  if (!der || !raw) return false;
  const unsigned char* start = der->data();
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
      d2i_PUBKEY(nullptr, &start, static_cast<long>(der->size())), &EVP_PKEY_free);
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free);
  INGOT_CHECK(public_key != nullptr && context != nullptr);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, public_key.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), raw->data(), raw->size(),
                          reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

// "2024-05-06T...": the days of two such texts are in the order of the texts.
std::optional<std::string_view> day_of(std::string_view time) {
  std::string_view day = time.substr(0, 10);
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (day.size() != kForm.size()) return std::nullopt;
  for (size_t i = 0; i < day.size(); ++i)
    if (kForm[i] == 'd' ? day[i] < '0' || day[i] > '9' : day[i] != kForm[i]) return std::nullopt;
  return day;
}

}  // namespace

Result<KeyState> check_signature(const std::string& name, const std::string& version,
                                 const std::string& integrity, const SignedVersion& metadata) {
  std::string title = name + "@" + version;
  if (metadata.signatures.empty())
    return fail(integrity_error("signature-missing", "the registry has not signed " + title));
  std::string message = title + ":" + integrity;
  std::optional<Error> why;
  for (const RegistrySignature& signature : metadata.signatures) {
    const RegistryKey* key = std::ranges::find(kKeys, signature.key_id, &RegistryKey::id);
    if (key == std::end(kKeys)) {
      if (!why)
        why = integrity_error("signature-key-unknown",
                              title + " is signed with a key that is not known here");
      continue;
    }
    // One that is wrong is never made up for by another.
    if (!is_valid(*key, message, signature.signature))
      return fail(integrity_error("signature-invalid",
                                  "the registry's signature of " + title +
                                      " is not one of these bytes under this name and version"));
    if (key->expired.empty()) return KeyState::kCurrent;
    auto day = day_of(metadata.published);
    if (day && *day < key->expired) return KeyState::kExpiredSince;
    why =
        integrity_error("signature-key-expired", title + " is signed with a key that expired on " +
                                                     std::string(key->expired) +
                                                     (day ? ", before it was published"
                                                          : ", and nobody knows when it "
                                                            "was published"));
  }
  return fail(std::move(*why));
}

}  // namespace ingot
