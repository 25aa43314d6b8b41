// Key files that the user names.
//
// Owns reading them, with their password where they have one. What was read of a private key's file
// is wiped from memory.
#pragma once

#include <string>

#include "packer/attest/key.h"
#include "packer/commands/console.h"

namespace ingot {

inline constexpr std::string_view kKeyPasswordVariable = "INGOT_KEY_PASSWORD";

// `file` and `password_file`: as the user typed them; without the latter the variable counts.
// Errors: those of FileSystem::read and of packer/attest/key.h, with the file.
Result<PrivateKey> read_private_key(const std::string& file, const std::string& password_file,
                                    const Console& console);
Result<PublicKey> read_public_key(const std::string& file, const Console& console);

}  // namespace ingot
