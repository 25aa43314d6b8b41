// The PKCS#7 message of an Authenticode signature.
//
// Owns making one for a digest and an identity, and checking one: its own signature, the
// certificates as far as it has them, and which digest it is for. What the digest is of is not its
// affair (authenticode.h). The grammar is Microsoft's, "Windows Authenticode Portable Executable
// Signature Format".
//
//   SpcIndirectDataContent = SEQUENCE {
//     data          SEQUENCE { OID SPC_PE_IMAGE_DATAOBJ, SpcPeImageData }
//     messageDigest SEQUENCE { AlgorithmIdentifier, OCTET STRING } }
//   SpcPeImageData         = SEQUENCE { BIT STRING {}, [0] [2] [0] "" }    (what file: not said)
//
// Errors: "signing-failed"; of kind kIntegrity: "signature-malformed", "signature-mismatch".
#pragma once

#include "base/digest.h"
#include "packer/executable/signing/identity.h"

namespace ingot {

// `digest` is a SHA-256.
Result<Bytes> make_authenticode_message(const Digest& digest, const Identity& identity);

struct AuthenticodeMessage {
  Digest digest;                  // of the file that was signed
  CertificateHandle certificate;  // of the signer
};

// Bytes after the message are the caller's. The signature has been checked with the certificate.
Result<AuthenticodeMessage> check_authenticode_message(ByteView message);

}  // namespace ingot
