#include "packer/attest/seal_signature.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "packer/attest/dsse.h"

namespace ingot {
namespace {

constexpr size_t kMaxSignature = 4096;  // bytes, as stored

std::string write(const PublicKey& key, ByteView signature) {
  JsonWriter json;
  json.open_object().member("algorithm", key.algorithm());
  json.member("publicKey", std::string_view(to_base64(key.der())));
  json.member("signature", std::string_view(to_base64(signature)));
  return json.close_object().finish();
}

Error malformed() {
  return integrity_error("seal-malformed", "the signature of its manifest cannot be read")
      .hinted("do not run it; get it again from where you have it");
}

}  // namespace

Result<Bytes> write_seal(std::string_view manifest, const PrivateKey& key) {
  Bytes signature = TRY(key.sign(std::string_view(pre_authentication(kManifestType, manifest))));
  std::string text = write(key.public_key(), signature);
  return Bytes(text.begin(), text.end());
}

Result<std::optional<PublicKey>> check_seal(ByteView signature, std::string_view manifest,
                                            const PublicKey* key) {
  if (signature.empty() && key == nullptr) return std::nullopt;
  if (signature.empty())
    return fail(integrity_error("seal-missing", "nobody has signed its manifest")
                    .hinted("cast it with --seal-key, or leave --key out"));
  if (signature.size() > kMaxSignature) return fail(malformed());
  auto document = JsonDocument::parse(std::string(signature.text()), "the seal");
  if (!document) return fail(malformed());
  auto der = from_base64(document->root().find_text("publicKey").value_or(""));
  auto bytes = from_base64(document->root().find_text("signature").value_or(""));
  if (!der || !bytes) return fail(malformed());
  auto signer = PublicKey::from_der(*der);
  if (!signer) return fail(malformed());
  // There is one way to write it, so that each of its bytes counts.
  if (write(*signer, *bytes) != signature.text()) return fail(malformed());
  if (key != nullptr && signer->der() != key->der())
    return fail(integrity_error("seal-key-other",
                                "it is sealed by key " + signer->id() + ", not by key " + key->id())
                    .hinted("whoever made it is not the one whose key you have"));
  if (!signer->verifies(std::string_view(pre_authentication(kManifestType, manifest)), *bytes))
    return fail(integrity_error(
        "seal-altered", "its manifest is not the one that key " + signer->id() + " has signed"));
  return std::optional(std::move(*signer));
}

}  // namespace ingot
