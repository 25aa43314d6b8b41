#include "packer/executable/macho/check_signature.h"

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "base/mapped_file.h"
#include "base/page_hashes.h"

namespace ingot::macho {
namespace {

constexpr uint64_t kIndexHead = 12;
constexpr uint64_t kIndexEntry = 8;
constexpr uint64_t kHash = 32;
constexpr uint64_t kPage = 4096;
static_assert(kPage == kHashedPage);
constexpr uint32_t kCms = 0x10000;
constexpr uint32_t kAdHocFlag = 0x2;
constexpr uint32_t kRuntimeFlag = 0x10000;

Error broken(const std::string& rule) {
  return input_error("macho-signature", "the code signature would not be accepted: " + rule);
}

Status require(bool kept, const char* rule) {
  if (kept) return {};
  return fail(broken(rule));
}

Error mismatch(const std::string& what) {
  return integrity_error("macho-signature-mismatch", what + " is not what was signed");
}

struct Entry {
  uint32_t slot = 0;
  uint64_t offset = 0;  // in the signature
  ByteView blob;
};

// What a blob in each slot begins with.
uint32_t magic_of(uint32_t slot) {
  switch (slot) {
    case 0:
      return 0xfade0c02;
    case 2:
      return 0xfade0c01;
    case 5:
      return 0xfade7171;
    case 7:
      return 0xfade7172;
    case kCms:
      return 0xfade0b01;
    default:
      return 0;
  }
}

// The blobs lie one behind the other, in the order of the index, and nothing but zeros is between
// their end and the end of the file.
Result<std::vector<Entry>> read_entries(ByteView signature) {
  auto magic = signature.be<uint32_t>(0);
  auto length = signature.be<uint32_t>(4);
  auto count = signature.be<uint32_t>(8);
  TRY(require(count && *magic == 0xfade0cc0, "there is none"));
  TRY(require(*count >= 1 && *count <= 16, "it has an odd number of parts"));
  TRY(require(*length <= signature.size(), "it is not inside the file"));
  std::vector<Entry> entries;
  uint64_t at = kIndexHead + kIndexEntry * *count;
  for (uint32_t i = 0; i < *count; ++i) {
    auto slot = signature.be<uint32_t>(kIndexHead + kIndexEntry * i);
    auto offset = signature.be<uint32_t>(kIndexHead + kIndexEntry * i + 4);
    TRY(require(slot && offset && *offset == at, "its parts are not in order"));
    TRY(require(entries.empty() ? *slot == 0 : *slot > entries.back().slot,
                "its parts are not in order"));
    auto size = signature.be<uint32_t>(at + 4);
    TRY(require(size && *size >= 8 && at + *size <= *length, "a part is not inside it"));
    ByteView blob = TRY(signature.slice(at, *size));
    TRY(require(magic_of(*slot) != 0 && blob.be<uint32_t>(0) == magic_of(*slot),
                "it has a part of an unknown kind"));
    entries.push_back({*slot, at, blob});
    at += *size;
  }
  TRY(require(at == *length, "its parts are not all of it"));
  ByteView rest = TRY(signature.slice_from(at));
  TRY(require(std::ranges::all_of(rest, [](uint8_t byte) { return byte == 0; }),
              "there are bytes behind it"));
  return entries;
}

struct Directory {
  uint32_t version = 0;
  uint32_t flags = 0;
  uint64_t hashes = 0;  // offset of the first page's hash
  uint32_t special = 0;
  uint32_t pages = 0;
  uint64_t names = 0;  // offset of what the head is followed by
  ByteView bytes;
};

Status check_names(const Directory& directory, uint32_t identifier, uint32_t team) {
  ByteView text = TRY(directory.bytes.slice(0, directory.hashes - directory.special * kHash));
  TRY(require(identifier == directory.names, "its identifier is misplaced"));
  auto end = text.find(std::string_view("\0", 1), identifier);
  TRY(require(end && *end > identifier, "it has no identifier"));
  uint64_t at = *end + 1;
  if (team != 0) {
    TRY(require(team == at, "its team is misplaced"));
    end = text.find(std::string_view("\0", 1), team);
    TRY(require(end && *end > team, "its team has no name"));
    at = *end + 1;
  }
  return require(at == text.size(), "its CodeDirectory has bytes that mean nothing");
}

Result<Directory> read_directory(ByteView bytes, uint64_t code_limit, uint64_t text_size,
                                 bool is_program) {
  TRY(require(bytes.size() >= 88, "its CodeDirectory is cut off"));
  Directory out;
  out.bytes = bytes;
  out.version = TRY(bytes.be<uint32_t>(8));
  out.flags = TRY(bytes.be<uint32_t>(12));
  out.hashes = TRY(bytes.be<uint32_t>(16));
  out.special = TRY(bytes.be<uint32_t>(24));
  out.pages = TRY(bytes.be<uint32_t>(28));
  out.names = out.version >= 0x20500 ? 96 : 88;
  TRY(require(out.version == 0x20400 || out.version == 0x20500,
              "its CodeDirectory is of an unknown version"));
  TRY(require(bytes.size() >= out.names, "its CodeDirectory is cut off"));
  TRY(require((out.flags & ~(kAdHocFlag | kRuntimeFlag)) == 0, "it has unknown flags"));
  TRY(require((out.flags & kRuntimeFlag) == 0 || out.version >= 0x20500,
              "the hardened runtime has no version"));
  TRY(require(bytes.be<uint32_t>(36) == 0x2002000cu, "it is not of SHA-256 and 4096-byte pages"));
  TRY(require(bytes.be<uint32_t>(32) == static_cast<uint32_t>(code_limit) &&
                  code_limit <= 0xffffffff && bytes.be<uint64_t>(56) == 0u,
              "it does not sign all that is before it"));
  TRY(require(out.pages == (code_limit + kPage - 1) / kPage, "it has not one hash for each page"));
  TRY(require(out.special <= 7, "it has an odd number of special slots"));
  TRY(require(out.hashes >= out.names + out.special * kHash &&
                  out.hashes + out.pages * kHash == bytes.size(),
              "its CodeDirectory has another size than its hashes"));
  TRY(require(
      bytes.be<uint32_t>(40) == 0u && bytes.be<uint32_t>(44) == 0u && bytes.be<uint32_t>(52) == 0u,
      "its CodeDirectory has bytes that mean nothing"));
  TRY(require(bytes.be<uint64_t>(64) == 0u && bytes.be<uint64_t>(72) == text_size &&
                  bytes.be<uint64_t>(80) == (is_program ? 1u : 0u),
              "it does not know the executable segment"));
  TRY(check_names(out, TRY(bytes.be<uint32_t>(20)), TRY(bytes.be<uint32_t>(48))));
  return out;
}

bool has_hash(const Directory& directory, uint64_t at, ByteView expected) {
  auto found = directory.bytes.slice(at, kHash);
  return found && std::ranges::equal(found->span(), expected.span());
}

Status check_special_slots(const Directory& directory, const std::vector<Entry>& entries) {
  const Bytes none(kHash);
  for (uint32_t slot = 1; slot <= directory.special; ++slot) {
    auto entry = std::ranges::find(entries, slot, &Entry::slot);
    Bytes expected =
        entry == entries.end() ? none : digest_of(DigestAlgorithm::kSha256, entry->blob).bytes;
    if (!has_hash(directory, directory.hashes - slot * kHash, expected))
      return fail(mismatch("part " + std::to_string(slot) + " of the code signature"));
  }
  for (const Entry& entry : entries)
    TRY(require(entry.slot == kCms || entry.slot <= directory.special,
                "a part of it is not hashed"));
  return {};
}

Status check_pages(const Directory& directory, ByteView code) {
  uint64_t page = 0;
  auto check = [&](ByteView hash) -> Status {
    if (!has_hash(directory, directory.hashes + page * kHash, hash))
      return fail(mismatch("the page at offset " + std::to_string(page * kPage)));
    ++page;
    return {};
  };
  ByteView whole = TRY(code.slice(0, code.size() / kPage * kPage));
  TRY(in_parts(whole, [&](ByteView part) -> Status {
    Bytes hashes;
    append_page_hashes(part, hashes);
    for (uint64_t at = 0; at < hashes.size(); at += kHash)
      TRY(check(TRY(ByteView(hashes).slice(at, kHash))));
    return {};
  }));
  ByteView rest = TRY(code.slice_from(whole.size()));
  return rest.empty() ? Status() : check(digest_of(DigestAlgorithm::kSha256, rest).bytes);
}

}  // namespace

Status check_signature(ByteView file, uint64_t offset, uint64_t text_size, bool is_program) {
  auto signature = file.slice_from(offset);
  auto code = file.slice(0, offset);
  TRY(require(signature && code, "it is not inside the file"));
  TRY(require(offset % 16 == 0, "it is not aligned"));
  std::vector<Entry> entries = TRY(read_entries(*signature));
  Directory directory = TRY(read_directory(entries.front().blob, offset, text_size, is_program));
  bool has_cms = entries.back().slot == kCms && entries.back().blob.size() > 8;
  TRY(require(has_cms != ((directory.flags & kAdHocFlag) != 0),
              "it is neither an ad hoc signature nor one of an identity"));
  TRY(check_special_slots(directory, entries));
  return check_pages(directory, *code);
}

}  // namespace ingot::macho
