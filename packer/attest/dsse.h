// Signed envelopes: DSSE, "Dead Simple Signing Envelope", protocol and envelope version 1.
//
// Owns what is signed (the pre-authentication encoding) and the envelope's JSON. Never knows what a
// payload means: whoever reads one looks at its type first.
//
//   PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body      ; LEN in decimal
//   bytes envelope = { "payload": base64(body), "payloadType": type,
//                "signatures": [ { "keyid"?: text, "sig": base64 } ] }
//
// Errors: "envelope-malformed"; kIntegrity: "envelope-unsigned", "envelope-key-other" (none of the
// signatures is by this key), "envelope-altered" (one says that it is, and does not fit).
#pragma once

#include <string>
#include <string_view>

#include "packer/attest/key.h"

namespace ingot {

std::string pre_authentication(std::string_view type, std::string_view body);

// One line of JSON with its line end. The key's id is PublicKey::id().
Result<std::string> write_envelope(std::string_view type, std::string_view body,
                                   const PrivateKey& key);

struct Envelope {
  std::string type;
  std::string body;
};

// What is in the envelope, once a signature of it was found to be by this key. `name`: what
// positions call the text.
Result<Envelope> open_envelope(std::string json, const std::string& name, const PublicKey& key);

}  // namespace ingot
