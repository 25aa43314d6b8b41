// What usually is a secret, and so never gets into an executable by accident.
//
// Owns the names and the mark of a private key. Applies to the user's own files only: what a
// package has published is no secret.
#pragma once

#include <cstdint>
#include <string_view>

namespace ingot {

// By the last component of the path: ".env", "server.key", "id_rsa", ...
bool looks_secret(std::string_view path);
// Whether the content tells: certificates and keys of any kind are called .pem, and a private key
// may have any name. Files of the usual kinds of sources and documents are not asked.
bool is_told_by_content(std::string_view path);
// A private key as text (RFC 7468, "-----BEGIN ... PRIVATE KEY-----", and OpenSSH's and PGP's):
// the file begins with one, or, being called .pem, holds one.
bool holds_private_key(std::string_view path, std::string_view content);
// No private key is larger; in bytes.
inline constexpr uint64_t kMaxPrivateKey = uint64_t{64} << 10;

// Whether a pattern is about such names in particular: ".env.production", "keys/*.pem", but not
// "**" or "config/*".
bool names_secrets(std::string_view pattern);

}  // namespace ingot
