#include "packer/compile/v8/snapshot.h"

#include <cstring>
#include <optional>

#include "base/ascii.h"

namespace ingot {
namespace {

struct SnapshotHeader {
  uint32_t contexts;
  uint32_t rehashable;
  uint32_t checksum;
  uint32_t read_only_checksum;
  char version[64];
  uint32_t read_only_offset;
  uint32_t shared_heap_offset;
};
static_assert(sizeof(SnapshotHeader) == 88);

struct PartHeader {
  uint32_t magic;
  uint32_t size;
};
static_assert(sizeof(PartHeader) == 8);

// Node's snapshot has four contexts; V8's own, which is in the binary too, has one.
constexpr uint32_t kNodeContexts = 4;
// What Node appends to V8's version, before a number of its own.
constexpr std::string_view kNodeSuffix = "-node.";
constexpr size_t kMaxVersionDigits = 32;
// Node has some 450 files of its own.
constexpr size_t kMaxCodeCaches = 4096;

Error malformed(const std::string& why) {
  return input_error("snapshot-malformed", "the V8 snapshot of the Node binary " + why);
}

bool is_version_character(char c) {
  return ascii::is_digit(c) || c == '.';
}

struct FoundHeader {
  SnapshotHeader header;
  uint64_t at;
  std::string_view v8_version;
};

// The snapshot whose header has its version's suffix at `suffix`.
std::optional<FoundHeader> header_around(ByteView binary, size_t suffix) {
  size_t start = suffix;
  while (start > 0 && suffix - start < kMaxVersionDigits &&
         is_version_character(binary.text()[start - 1]))
    --start;
  constexpr size_t kVersionOffset = offsetof(SnapshotHeader, version);
  if (start == suffix || start < kVersionOffset) return std::nullopt;
  auto header = binary.record<SnapshotHeader>(start - kVersionOffset);
  if (!header || header->contexts != kNodeContexts || header->rehashable > 1) return std::nullopt;
  return FoundHeader{*header, start - kVersionOffset, binary.text().substr(start, suffix - start)};
}

std::optional<FoundHeader> find_header(ByteView binary) {
  for (auto at = binary.find(kNodeSuffix); at; at = binary.find(kNodeSuffix, *at + 1))
    if (auto found = header_around(binary, *at)) return found;
  return std::nullopt;
}

// Those whose header names the version and has the magic number of the snapshot: the number of
// external references is that of this very build.
std::vector<ByteView> find_code_caches(ByteView binary, uint32_t magic, const V8Version& version) {
  const uint32_t pattern[] = {magic, version.version_hash};
  const std::string_view needle(reinterpret_cast<const char*>(pattern), sizeof(pattern));
  std::vector<ByteView> caches;
  size_t from = 0;
  while (auto at = binary.find(needle, from)) {
    from = *at + 1;
    auto header = binary.record<CodeCacheHeader>(*at);
    if (!header) break;
    auto cache = binary.slice(*at, sizeof(CodeCacheHeader) + uint64_t{header->payload_size});
    if (!cache || !read_code_cache_header(*cache)) continue;
    if (caches.size() == kMaxCodeCaches) break;
    caches.push_back(*cache);
    from = *at + cache->size();
  }
  return caches;
}

}  // namespace

Result<NodeSnapshot> find_node_snapshot(ByteView binary) {
  const auto found = find_header(binary);
  if (!found)
    return fail(input_error("snapshot-missing", "there is no V8 snapshot in the Node binary"));
  NodeSnapshot snapshot;
  snapshot.version = TRY(find_v8_version(found->v8_version));
  const SnapshotHeader& header = found->header;
  snapshot.read_only_checksum = header.read_only_checksum;
  if (header.read_only_offset >= header.shared_heap_offset)
    return fail(malformed("has its parts in another order than expected"));
  auto part = binary.slice(found->at + header.read_only_offset,
                           header.shared_heap_offset - header.read_only_offset);
  if (!part) return fail(malformed("is longer than the binary"));
  auto part_header = part->record<PartHeader>(0);
  if (!part_header) return fail(malformed("has no read-only part"));
  auto body = part->slice(sizeof(PartHeader), part_header->size);
  if (!body) return fail(malformed("has a read-only part that is cut off"));
  snapshot.read_only = *body;
  snapshot.code_caches = find_code_caches(binary, part_header->magic, *snapshot.version);
  return snapshot;
}

}  // namespace ingot
