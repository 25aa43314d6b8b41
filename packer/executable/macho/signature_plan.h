// What the code signature of a finished executable says.
//
// Owns the choice: the template's own entitlements are kept, since what they allow (a JIT) is what
// Node needs once the hardened runtime is asked for, and the requirements of its signer are not. An
// identity's signature asks for the hardened runtime, as notarization wants it, and does not let
// debuggers in. Formats nothing (code_signature.h).
#pragma once

#include <optional>

#include "packer/executable/macho/code_signature.h"
#include "packer/executable/macho/layout.h"

namespace ingot::macho {

// What an ad hoc signature says of requirements: none.
SlotBlob no_requirements();

// The entitlements of a signature, in both forms, as far as it has them.
Result<std::vector<SlotBlob>> entitlements_in(ByteView signature);

// The signature that needs no identity, as the layout's record has it noted. Errors:
// "macho-signature-malformed" (the template's).
Result<SignatureContent> plan_ad_hoc(const Template& original, const Layout& layout);

// One for an identity. `requirements`: a whole blob. Errors: also those of entitlements.h.
Result<SignatureContent> plan_identity(const Template& original, const Layout& layout,
                                       std::string identifier, std::string team,
                                       ByteView requirements);

// The parts of an identity's signature that cannot be made again without it.
struct IdentitySignature {
  SignatureContent content;  // without slots
  ByteView code_directory;   // the rest: views of whole blobs
  ByteView requirements;
  ByteView cms;
};

// Nothing when the signature is an ad hoc one. Errors: "macho-signature-malformed".
Result<std::optional<IdentitySignature>> read_identity_signature(ByteView signature);

}  // namespace ingot::macho
