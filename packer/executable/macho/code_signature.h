// The embedded code signature of a Mach-O executable.
//
// Owns its formats: makes the CodeDirectory and the SuperBlob around it, and takes a SuperBlob
// apart. Never decides what a signature says (signature_plan.h) and never signs: the CMS blob is
// given to it. The other side, which trusts none of this, is check_signature.h.
// Source: Apple's xnu, osfmk/kern/cs_blobs.h (names are that file's in another spelling), and
// Security, cscdefs.h. All integers big-endian.
//
//   signature      = SuperBlob, zeros up to a multiple of 16, or more of them
//   SuperBlob      = magic fade0cc0  u32 length  u32 count  count x (u32 slot, u32 offset)  blobs
//   blob           = u32 magic  u32 length (of all of it)  data
//   CodeDirectory  = a blob, see `kCodeDirectoryMagic` in the source; its head is 88 bytes long in
//                    version 0x20400 and 96 in 0x20500, then: identifier NUL [team NUL]
//                    hashes of the special slots, the last first; hashes of the pages
//
// Errors: "macho-signature-malformed".
#pragma once

#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

enum SignatureSlot : uint32_t {
  kCodeDirectorySlot = 0,
  kRequirementsSlot = 2,
  kEntitlementsSlot = 5,     // an XML property list
  kEntitlementsDerSlot = 7,  // the same in DER
  kCmsSlot = 0x10000,
};

enum SignatureFlag : uint32_t { kAdHoc = 0x2, kHardenedRuntime = 0x10000 };

// What is hashed one by one: 4096 bytes on every CPU. The last one may be shorter.
inline constexpr uint64_t kSignedPage = 4096;
inline constexpr uint64_t kHashSize = 32;  // SHA-256
inline constexpr uint64_t kSignatureAlignment = 16;

struct SlotBlob {
  uint32_t slot = 0;  // SignatureSlot, or another
  Bytes bytes;        // the whole blob, with magic and length
};

// All that a signature says, but for the hashes of the pages.
struct SignatureContent {
  uint32_t flags = 0;
  std::string identifier;
  std::string team;              // empty: none
  std::vector<SlotBlob> slots;   // ascending; between the CodeDirectory and the CMS blob
  uint32_t runtime_version = 0;  // of the hardened runtime: X.Y.Z as 0x00XXYYZZ
  bool is_program = true;        // no bundle that a program loads
  uint64_t text_size = 0;        // bytes of the __TEXT segment in the file
  uint64_t code_limit = 0;       // how many bytes are signed; below 4 GiB
};

uint64_t page_count(uint64_t code_limit);

// Bytes; a multiple of 16. `cms_size`: of the whole CMS blob, 0 when there is none.
uint64_t signature_size(const SignatureContent& content, uint64_t cms_size);

// `page_hashes`: kHashSize bytes for each page.
Bytes make_code_directory(const SignatureContent& content, ByteView page_hashes);

// `cms`: a whole blob, or nothing. `size`: of the result, at least `signature_size`.
Bytes make_signature(const SignatureContent& content, ByteView code_directory, ByteView cms,
                     uint64_t size);

// A blob of `magic` around `data`.
Bytes make_blob(uint32_t magic, ByteView data);

// The blobs of a signature, as views into it, in the order of the index.
struct FoundBlob {
  uint32_t slot = 0;
  ByteView bytes;
};
Result<std::vector<FoundBlob>> read_signature(ByteView signature);

// The fields of a CodeDirectory that `SignatureContent` has, without its slots.
Result<SignatureContent> read_code_directory(ByteView blob);

}  // namespace ingot::macho
