// What casting leaves in the NODE_SEA segment before the blob: how the file is signed ad hoc, and
// how to get the template back.
//
// An ad hoc signature binds every page but nothing binds the signature, so what it may say freely
// (its identifier, its flags) is kept here too, where the pages' hashes protect it. Owns the format
// only. All integers little-endian.
//
//   record = magic "INGOTSEA"  u32 signature-flags  u32 identifier-size  identifier
//            UndoRecord (packer/executable/undo_record.h), with the padding that aligns the blob
//
// Errors: "executable-not-ingot" (no such record), "undo-malformed".
#pragma once

#include <string>

#include "packer/executable/undo_record.h"

namespace ingot::macho {

// npm's names have at most 214 characters.
inline constexpr size_t kMaxIdentifier = 255;

struct CastRecord {
  uint32_t signature_flags = 0;  // SignatureFlag, code_signature.h
  std::string identifier;
  UndoRecord undo;
};

// Without padding.
Bytes encode_cast_record(const CastRecord& record);
Result<CastRecord> decode_cast_record(ByteView bytes);

}  // namespace ingot::macho
