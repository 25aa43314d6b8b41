// Windows' signatures of programs.
//
// Owns the digest of a PE file that is signed, the PKCS#7 message around it and its place at the
// end of the file. The message has no time in it, so that with an RSA key the same file and
// identity give the same bytes; time-stamping is for other tools (it adds to the message and leaves
// the rest). Sources: Microsoft, "Windows Authenticode Portable Executable Signature Format";
// RFC 2315, by OpenSSL.
//
//   signed file = file with checksum and certificate directory set
//                 zeros up to a multiple of 8
//                 u32 length  u16 0x0200  u16 0x0002  PKCS#7 message  zeros to a multiple of 8
//   message     = SignedData over SpcIndirectDataContent, which holds the digest of the file
//                 without checksum, certificate directory and signature
//
// Errors: "signing-failed", "blob-too-large"; of kind kIntegrity: "signature-malformed",
// "signature-mismatch" (the file is not the one that was signed, or the message was changed).
#pragma once

#include <optional>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "packer/executable/signing/sign.h"

namespace ingot {

// SHA-256, or whatever the signature of a file has been made with. `file` is a PE file that
// packer/executable/pe/reader.h has accepted.
Result<Digest> authenticode_digest(ByteView file, DigestAlgorithm algorithm);

// A signature that is there is replaced. `out` is empty before.
Status sign_pe(ByteView file, const Identity& identity, AtomicFile& out);

// Nothing when there is no signature.
Result<std::optional<Signer>> read_pe_signer(ByteView file);

}  // namespace ingot
