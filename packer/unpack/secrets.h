// File names that usually hold secrets, and so never get into an executable by accident.
//
// Owns the list. Applies to the user's own files only: what a package has published is no secret.
#pragma once

#include <string_view>

namespace ingot {

// By the last component of the path: ".env", "server.pem", "id_rsa", ...
bool looks_secret(std::string_view path);
// Whether a pattern is about such names in particular: ".env.production", "keys/*.pem", but not
// "**" or "config/*".
bool names_secrets(std::string_view pattern);

}  // namespace ingot
