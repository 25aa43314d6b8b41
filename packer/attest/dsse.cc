#include "packer/attest/dsse.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace ingot {
namespace {

constexpr size_t kMaxSignatures = 64;

Error malformed(const std::string& what, Position position) {
  return input_error("envelope-malformed", "this is no DSSE envelope: " + what)
      .at(std::move(position))
      .hinted("name a file that 'ingot build --provenance' has written");
}

// Either alphabet of RFC 4648, as the protocol asks of readers.
std::optional<Bytes> decode(std::string_view text) {
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  return from_base64(standard);
}

struct Signature {
  std::string_view key_id;
  Bytes bytes;
};

Result<std::vector<Signature>> read_signatures(JsonCursor root) {
  auto list = root.find("signatures");
  if (!list || !list->is_array() || list->size() > kMaxSignatures)
    return fail(malformed("it has no list of signatures", root.position()));
  std::vector<Signature> signatures;
  for (JsonCursor element : *list) {
    auto bytes = decode(element.find_text("sig").value_or(""));
    if (!bytes || bytes->empty())
      return fail(malformed("a signature is not in base64", element.position()));
    signatures.push_back({element.find_text("keyid").value_or(""), std::move(*bytes)});
  }
  return signatures;
}

Status check_signatures(const std::vector<Signature>& signatures, const std::string& message,
                        const PublicKey& key) {
  if (signatures.empty()) return fail(integrity_error("envelope-unsigned", "nobody has signed it"));
  std::string_view bytes = message;
  for (const Signature& signature : signatures)
    if (key.verifies(bytes, signature.bytes)) return {};
  const std::string id = key.id();
  if (std::ranges::find(signatures, id, &Signature::key_id) != signatures.end())
    return fail(integrity_error("envelope-altered",
                                "it says that key " + id + " has signed it, but not these words"));
  Error error = integrity_error("envelope-key-other", "key " + id + " has not signed it");
  for (const Signature& signature : signatures)
    if (!signature.key_id.empty())
      error.notes.push_back("it names the key " + std::string(signature.key_id));
  return fail(std::move(error));
}

}  // namespace

std::string pre_authentication(std::string_view type, std::string_view body) {
  std::string out = "DSSEv1 ";
  out += std::to_string(type.size()) + ' ';
  out += type;
  out += ' ' + std::to_string(body.size()) + ' ';
  out += body;
  return out;
}

Result<std::string> write_envelope(std::string_view type, std::string_view body,
                                   const PrivateKey& key) {
  Bytes signature = TRY(key.sign(std::string_view(pre_authentication(type, body))));
  JsonWriter json;
  json.open_object().member("payload", std::string_view(to_base64(body)));
  json.member("payloadType", type).key("signatures").open_array().open_object();
  json.member("keyid", std::string_view(key.public_key().id()));
  json.member("sig", std::string_view(to_base64(signature)));
  return json.close_object().close_array().close_object().finish();
}

Result<Envelope> open_envelope(std::string json, const std::string& name, const PublicKey& key) {
  JsonDocument document = TRY(JsonDocument::parse(std::move(json), name));
  JsonCursor root = document.root();
  auto type = root.find_text("payloadType"), payload = root.find_text("payload");
  if (!type || !payload)
    return fail(malformed("\"payload\" or \"payloadType\" is missing", root.position()));
  auto body = decode(*payload);
  if (!body) return fail(malformed("\"payload\" is not in base64", root.position()));
  Envelope envelope{std::string(*type), std::string(body->begin(), body->end())};
  std::vector<Signature> signatures = TRY(read_signatures(root));
  TRY(check_signatures(signatures, pre_authentication(envelope.type, envelope.body), key));
  return envelope;
}

}  // namespace ingot
