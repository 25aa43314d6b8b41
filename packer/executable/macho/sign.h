// Signs a finished Mach-O executable with an identity, and tells who has signed one.
//
// Owns replacing the signature: the hardened runtime is asked for, the team is the certificate's,
// get-task-allow is dropped, and all else of the file stays. Notarization can follow on a Mac, once
// Apple has time-stamped the signature there. Never judges whether a certificate is trusted.
//
// Errors: those of original.h (only an executable of ours that is intact is signed), cms.h,
// entitlements.h; "identifier-invalid".
#pragma once

#include <string>

#include "base/atomic_file.h"
#include "packer/executable/macho/cms.h"
#include "packer/executable/macho/code_signature.h"

namespace ingot::macho {

// `identifier`: by what macOS knows the program, "" for the name it has already. `out` is empty.
Status sign_macho(ByteView file, const Identity& identity, const std::string& identifier,
                  AtomicFile& out);

struct SignatureReport {
  bool is_ad_hoc = true;
  SignatureContent content;  // without slots
  CmsSigner signer;          // of an identity's signature
};

// Checks the identity's signature over the CodeDirectory, and nothing else (original.h does).
Result<SignatureReport> read_signer(ByteView file);

}  // namespace ingot::macho
