// The keys with which the npm registry signs what it publishes, and checking a signature.
//
// Owns the pinned keys with the day on which each expired, and what a signature is over. Source:
// npm's documentation "About ECDSA registry signatures": ECDSA on P-256 with SHA-256, DER in
// base64, over "<name>@<version>:<integrity>", where the integrity is the SRI sha512 of the
// tarball. Never asks anybody for keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot {

struct RegistrySignature {
  std::string key_id;     // "SHA256:..."
  std::string signature;  // base64
};

// What the registry's metadata says about one version.
struct SignedVersion {
  std::vector<RegistrySignature> signatures;
  std::string published;  // "2024-05-06T07:08:09.123Z"; "" when it is not known
};

enum class KeyState {
  kCurrent,
  kExpiredSince,  // the key has expired, but the version was published before that day
};

// Whether the registry vouches for a tarball of this SRI sha512 under this name and version. The
// publishing day is not signed: that of an expired key is believed. Errors (kIntegrity):
// "signature-missing", "signature-key-unknown", "signature-key-expired" (published later, or nobody
// knows when), "signature-invalid".
Result<KeyState> check_signature(const std::string& name, const std::string& version,
                                 const std::string& integrity, const SignedVersion& metadata);

}  // namespace ingot
