#include "packer/executable/macho/code_signature.h"

#include <algorithm>

#include "base/digest.h"

namespace ingot::macho {
namespace {

constexpr uint32_t kSuperBlobMagic = 0xfade0cc0;
constexpr uint32_t kCodeDirectoryMagic = 0xfade0c02;
constexpr uint32_t kVersionExecSegment = 0x20400;
constexpr uint32_t kVersionRuntime = 0x20500;
constexpr uint32_t kHeadExecSegment = 88;
constexpr uint32_t kHeadRuntime = 96;
constexpr uint8_t kSha256 = 2;
constexpr uint8_t kSignedPageLog = 12;
constexpr uint64_t kMainBinary = 1;  // CS_EXECSEG_MAIN_BINARY
constexpr uint64_t kIndexHead = 12;
constexpr uint64_t kIndexEntry = 8;
constexpr uint32_t kMaxBlobs = 32;
// Where the fields are that are read back.
constexpr uint64_t kFlagsAt = 12;
constexpr uint64_t kIdentifierAt = 20;
constexpr uint64_t kCodeLimitAt = 32;
constexpr uint64_t kTeamAt = 48;
constexpr uint64_t kTextSizeAt = 72;
constexpr uint64_t kRuntimeAt = 88;

Error malformed(const std::string& what) {
  return input_error("macho-signature-malformed",
                     "the code signature of the Mach-O executable is damaged: " + what);
}

template <typename T>
void append(Bytes& out, T value) {
  for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<uint8_t>(value >> shift));
}

void append_bytes(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

bool has_runtime(const SignatureContent& content) {
  return (content.flags & kHardenedRuntime) != 0;
}

uint32_t head_size(const SignatureContent& content) {
  return has_runtime(content) ? kHeadRuntime : kHeadExecSegment;
}

uint32_t special_count(const SignatureContent& content) {
  return content.slots.empty() ? 0 : content.slots.back().slot;
}

uint64_t team_size(const SignatureContent& content) {
  return content.team.empty() ? 0 : content.team.size() + 1;
}

uint64_t hash_offset(const SignatureContent& content) {
  return head_size(content) + content.identifier.size() + 1 + team_size(content) +
         special_count(content) * kHashSize;
}

uint64_t directory_size(const SignatureContent& content) {
  return hash_offset(content) + page_count(content.code_limit) * kHashSize;
}

void append_head(Bytes& out, const SignatureContent& content) {
  uint32_t identifier_offset = head_size(content);
  append<uint32_t>(out, kCodeDirectoryMagic);
  append(out, static_cast<uint32_t>(directory_size(content)));
  append<uint32_t>(out, has_runtime(content) ? kVersionRuntime : kVersionExecSegment);
  append(out, content.flags);
  append(out, static_cast<uint32_t>(hash_offset(content)));
  append(out, identifier_offset);
  append(out, special_count(content));
  append(out, static_cast<uint32_t>(page_count(content.code_limit)));
  append(out, static_cast<uint32_t>(content.code_limit));
  append(out, static_cast<uint8_t>(kHashSize));
  append(out, kSha256);
  append<uint8_t>(out, 0);  // platform
  append(out, kSignedPageLog);
  append<uint32_t>(out, 0);  // spare
  append<uint32_t>(out, 0);  // scatter offset
  uint64_t team_offset = identifier_offset + content.identifier.size() + 1;
  append(out, content.team.empty() ? 0 : static_cast<uint32_t>(team_offset));
  append<uint32_t>(out, 0);  // spare
  append<uint64_t>(out, 0);  // code limit, of 64 bits: only for larger files
  append<uint64_t>(out, 0);  // offset of the executable segment
  append(out, content.text_size);
  append(out, content.is_program ? kMainBinary : 0);
  if (!has_runtime(content)) return;
  append(out, content.runtime_version);
  append<uint32_t>(out, 0);  // offset of hashes before encryption
}

Result<std::string> text_at(ByteView blob, uint64_t offset) {
  ByteView bytes = TRY(blob.slice_from(offset));
  auto end = bytes.find(std::string_view("\0", 1));
  if (!end) return fail(malformed("a name in it does not end"));
  return std::string(bytes.text().substr(0, *end));
}

}  // namespace

uint64_t page_count(uint64_t code_limit) {
  return (code_limit + kSignedPage - 1) / kSignedPage;
}

uint64_t signature_size(const SignatureContent& content, uint64_t cms_size) {
  uint64_t count = 1 + content.slots.size() + (cms_size != 0 ? 1 : 0);
  uint64_t size = kIndexHead + count * kIndexEntry + directory_size(content) + cms_size;
  for (const SlotBlob& slot : content.slots) size += slot.bytes.size();
  return align_up(size, kSignatureAlignment);
}

Bytes make_code_directory(const SignatureContent& content, ByteView page_hashes) {
  INGOT_CHECK(page_hashes.size() == page_count(content.code_limit) * kHashSize);
  INGOT_CHECK(content.code_limit <= ~uint32_t{0});
  Bytes out;
  append_head(out, content);
  append_bytes(out, std::string_view(content.identifier.c_str(), content.identifier.size() + 1));
  if (!content.team.empty())
    append_bytes(out, std::string_view(content.team.c_str(), content.team.size() + 1));
  for (uint32_t slot = special_count(content); slot > 0; --slot) {
    auto found = std::ranges::find(content.slots, slot, &SlotBlob::slot);
    if (found == content.slots.end())
      out.resize(out.size() + kHashSize);
    else
      append_bytes(out, digest_of(DigestAlgorithm::kSha256, found->bytes).bytes);
  }
  append_bytes(out, page_hashes);
  INGOT_CHECK(out.size() == directory_size(content));
  return out;
}

Bytes make_signature(const SignatureContent& content, ByteView code_directory, ByteView cms,
                     uint64_t size) {
  INGOT_CHECK(size >= signature_size(content, cms.size()));
  std::vector<FoundBlob> blobs = {{kCodeDirectorySlot, code_directory}};
  for (const SlotBlob& slot : content.slots) blobs.push_back({slot.slot, slot.bytes});
  if (!cms.empty()) blobs.push_back({kCmsSlot, cms});

  uint64_t at = kIndexHead + blobs.size() * kIndexEntry;
  Bytes index;
  Bytes data;
  for (const FoundBlob& blob : blobs) {
    append(index, blob.slot);
    append(index, static_cast<uint32_t>(at + data.size()));
    append_bytes(data, blob.bytes);
  }
  Bytes out;
  append<uint32_t>(out, kSuperBlobMagic);
  append(out, static_cast<uint32_t>(at + data.size()));
  append(out, static_cast<uint32_t>(blobs.size()));
  append_bytes(out, index);
  append_bytes(out, data);
  out.resize(size);
  return out;
}

Bytes make_blob(uint32_t magic, ByteView data) {
  Bytes out;
  append(out, magic);
  append(out, static_cast<uint32_t>(data.size() + 8));
  append_bytes(out, data);
  return out;
}

Result<std::vector<FoundBlob>> read_signature(ByteView signature) {
  auto magic = signature.be<uint32_t>(0);
  auto length = signature.be<uint32_t>(4);
  auto count = signature.be<uint32_t>(8);
  if (!count || *magic != kSuperBlobMagic || *length > signature.size() || *count > kMaxBlobs)
    return fail(malformed("it does not begin as one does"));
  ByteView super_blob = TRY(signature.slice(0, *length));
  std::vector<FoundBlob> blobs;
  for (uint32_t i = 0; i < *count; ++i) {
    auto slot = super_blob.be<uint32_t>(kIndexHead + kIndexEntry * i);
    auto offset = super_blob.be<uint32_t>(kIndexHead + kIndexEntry * i + 4);
    if (!slot || !offset) return fail(malformed("its index is cut off"));
    auto size = super_blob.be<uint32_t>(uint64_t{*offset} + 4);
    auto blob = size ? super_blob.slice(*offset, *size) : super_blob.slice(~uint64_t{0}, 1);
    if (!blob || blob->size() < 8) return fail(malformed("a part of it is outside it"));
    blobs.push_back({*slot, *blob});
  }
  return blobs;
}

Result<SignatureContent> read_code_directory(ByteView blob) {
  auto magic = blob.be<uint32_t>(0);
  auto version = blob.be<uint32_t>(8);
  if (!magic || !version || *magic != kCodeDirectoryMagic || *version < kVersionExecSegment ||
      blob.size() < kHeadExecSegment)
    return fail(malformed("its CodeDirectory is of an unknown version"));
  SignatureContent content;
  content.flags = TRY(blob.be<uint32_t>(kFlagsAt));
  content.identifier = TRY(text_at(blob, TRY(blob.be<uint32_t>(kIdentifierAt))));
  if (uint32_t team = TRY(blob.be<uint32_t>(kTeamAt)); team != 0)
    content.team = TRY(text_at(blob, team));
  content.code_limit = TRY(blob.be<uint32_t>(kCodeLimitAt));
  content.text_size = TRY(blob.be<uint64_t>(kTextSizeAt));
  if (*version >= kVersionRuntime) content.runtime_version = TRY(blob.be<uint32_t>(kRuntimeAt));
  return content;
}

}  // namespace ingot::macho
