// What the code signature of a finished executable says.
//
// Owns the choice: the template's own entitlements are kept, since what they allow (a JIT) is what
// Node needs once the hardened runtime is asked for, and the requirements of its signer are not.
// Formats nothing (code_signature.h).
#pragma once

#include "packer/executable/macho/code_signature.h"
#include "packer/executable/macho/layout.h"

namespace ingot::macho {

// The signature that needs no identity, as the layout's record has it noted. Errors:
// "macho-signature-malformed" (the template's).
Result<SignatureContent> plan_ad_hoc(const Template& original, const Layout& layout);

}  // namespace ingot::macho
