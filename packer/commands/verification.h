// Whether an executable is, byte for byte, what its manifest says was sealed.
//
// Owns the list of what is compared, such that no single byte can change unnoticed: the file
// outside the blob (it must be what casting makes of a known Node binary), the blob outside the
// payload (it must be what casting writes), the payload but its manifest (two digests, which bind
// what each request leads to), and every file, link and code cache against the manifest. Whether
// the manifest itself is the one its author sealed only a signature can tell
// (attest/seal_signature.h).
#pragma once

#include <string>
#include <vector>

#include "base/byte_view.h"
#include "packer/attest/key.h"
#include "packer/cast/sealed_manifest.h"

namespace ingot {

// Something that was compared and how often.
struct Check {
  std::string name;    // "files"
  std::string detail;  // "167 by size, mode and SHA-256"
};

struct Verification {
  SealedManifest manifest;
  std::vector<Check> checks;    // all that was looked at, found right or wrong
  std::vector<Error> problems;  // kIntegrity, each with the name of what is wrong
};

// An error is for what cannot be looked into at all: "executable-not-ingot" (kInput), or kIntegrity
// when it is ours but damaged beyond that.
// With a `key` the manifest has to be sealed by it.
Result<Verification> verify_executable(ByteView file, const PublicKey* key = nullptr);

}  // namespace ingot
