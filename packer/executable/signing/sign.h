// Signs a finished executable with an identity, and tells who has signed one: the same functions
// for every executable format that has signatures.
//
// Owns telling the formats apart. Only an executable of ours that is intact is signed, and a
// signature it has is replaced. Whether anybody trusts the signer's certificate is the affair of
// the system that runs the file.
//
// Errors: "sign-unsupported" (the format has no signatures); those of authenticode.h, of
// packer/executable/macho/sign.h and of `digest_of_original` (packer/executable/inject.h).
#pragma once

#include <optional>

#include "base/atomic_file.h"
#include "packer/executable/signing/identity.h"

namespace ingot {

// `identifier`: the name in a Mach-O signature; "" for the one it has. `out` is empty before.
Status sign_executable(ByteView file, const Identity& identity, const std::string& identifier,
                       AtomicFile& out);

struct Signer {
  std::string owner;               // of the certificate
  std::string issuer;              // of the certificate
  std::string certificate_sha256;  // hex; "" for Mach-O
};

// The signer of a finished executable, once the signature is proven to be over these bytes;
// nothing when no identity has signed it.
Result<std::optional<Signer>> read_signer(ByteView file);

}  // namespace ingot
