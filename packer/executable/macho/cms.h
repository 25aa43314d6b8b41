// The signature of an identity over a CodeDirectory: a CMS message in the blob of kCmsSlot.
//
// Owns making it as `codesign` does and checking one: detached, SHA-256, with the certificates of
// the identity, and with Apple's two attributes that repeat the CodeDirectory's hash. It names the
// time of signing, which OpenSSL does not leave out, so two of them differ. Never asks whether
// anybody trusts a certificate, and asks no time-stamping service.
// Sources: RFC 5652; Apple's Security, SecCMS.c (the attributes).
//
// Errors: "signing-failed", "identity-chain-incomplete"; of kind kIntegrity: "signature-malformed",
// "signature-mismatch".
#pragma once

#include <string>

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/executable/signing/identity.h"

namespace ingot::macho {

// At least how many bytes every blob of an identity has room in, whatever it signs: an ECDSA
// signature's size varies.
Result<uint64_t> cms_room(const Identity& identity);

// A blob for kCmsSlot.
Result<Bytes> make_cms(ByteView code_directory, const Identity& identity);

struct CmsSigner {
  CertificateHandle certificate;
  std::string team;  // that the certificate names, or ""
};

// Checks the signature, that each certificate in the message is signed by the next one's owner, up
// to a root, and that nothing else is in it. No byte of the message can change unnoticed.
Result<CmsSigner> check_cms(ByteView blob, ByteView code_directory);

}  // namespace ingot::macho
