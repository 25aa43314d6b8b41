// Who sealed an executable: a signature over its manifest, which stands for every byte.
//
// Owns its form in the payload (loader/payload_format.h) and what it is over. Without a key that
// the reader trusts it says no more than that somebody has the private key; `check_seal` with one
// says whether it is theirs.
//
//   signature = { "algorithm": "ed25519" / "ecdsa-p256",
//                 "publicKey": base64(SubjectPublicKeyInfo), "signature": base64 }   ; compact
//   signed    = PAE(kManifestType, the manifest's JSON)                               ; dsse.h
//
// Errors, all kIntegrity: "seal-malformed", "seal-altered" (the signature does not fit),
// "seal-missing" (nobody has signed), "seal-key-other" (somebody else has).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "packer/attest/key.h"

namespace ingot {

inline constexpr std::string_view kManifestType = "application/vnd.ingot.manifest+json";

Result<Bytes> write_seal(std::string_view manifest, const PrivateKey& key);

// By whom the manifest is sealed, once the signature was found to fit; nothing for no signature.
// With a `key` (may be nullptr) it has to be that one.
Result<std::optional<PublicKey>> check_seal(ByteView signature, std::string_view manifest,
                                            const PublicKey* key);

}  // namespace ingot
