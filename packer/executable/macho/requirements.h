// The designated requirement: by what macOS recognises later versions of a program as the same.
//
// Owns choosing and encoding it as `codesign` does: for a Developer ID, the identifier and the
// team; for any other identity, the identifier and a certificate. Source: Apple's Security,
// libsecurity_codesigning, requirement.h (the operators) and drmaker.cpp (the choice).
//
//   requirements = blob fade0c01: u32 count (1), u32 type (3: designated), u32 offset, requirement
//   requirement  = blob fade0c00: u32 form (1: an expression), expression
//   expression   = u32 operator, operands; text and data are u32 size, bytes, zeros up to 4
//   all integers big-endian
#pragma once

#include <string>

#include "base/byte_view.h"
#include "packer/executable/signing/identity.h"

namespace ingot::macho {

// A blob for kRequirementsSlot.
Bytes designated_requirement(const Identity& identity, const std::string& identifier);

// The same for a Developer ID whose team is known.
Bytes developer_id_requirement(const std::string& identifier, const std::string& team);

// The team that a certificate is of: its owner's organizational unit, or "".
std::string team_of(const x509_st& certificate);

}  // namespace ingot::macho
