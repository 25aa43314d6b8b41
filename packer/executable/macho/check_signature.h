// Does a Mach-O file's code signature fit the file?
//
// Applies the kernel's rules to an embedded signature: its structure, the hash of every page, the
// hash of every blob beside the CodeDirectory. Shares no code with code_signature.h, which makes
// signatures. Never says whose a signature is: CMS is not looked into (cms.h).
//
// Sources: xnu bsd/kern/ubc_subr.c (cs_validate_csblob, cs_validate_codedirectory,
// cs_validate_hash), osfmk/kern/cs_blobs.h.
//
// Errors: "macho-signature" names the rule that is broken; of kind kIntegrity:
// "macho-signature-mismatch" (something is not what was signed).
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

// `offset`: of the signature, which is the end of the file; `text_size`: bytes of __TEXT in the
// file; `is_program`: it is one, and no bundle that a program loads.
Status check_signature(ByteView file, uint64_t offset, uint64_t text_size, bool is_program = true);

}  // namespace ingot::macho
