#include "packer/compile/v8/code_cache_format.h"

namespace ingot {
namespace {

constexpr uint32_t kMagicMask = 0xFFFF0000;
constexpr uint32_t kMagic = 0xC0DE0000;
constexpr size_t kMaxVersionName = 64;

// Version hashes are those in the caches of Node's own JavaScript inside its binaries, the same on
// every platform. Layouts were found by observation of the linux-x64 binaries: an empty script,
// compiled twice, gives caches that differ in the ids alone. Their places tell the Script (the one
// object that refers to the source text, token kAttachedReference) from the SharedFunctionInfo (the
// outermost object of every cache). The BytecodeArray is the latter's first field; what its length
// leaves over are its header and the padding. Source positions are what differs between the caches
// of Node's own JavaScript in the win-x64 binary, whose sources have CR LF, and in that of
// linux-x64: in PreparseData, ScopeInfo, TrustedByteArray (the source position tables),
// UncompiledData without and with PreparseData, and ClassPositions, in this order.
constexpr SourcePositions kPositionsOf14[] = {
    {.map = 0x4B, .begin = 8, .end = kToTheEnd}, {.map = 0x4F, .begin = 32, .end = 48},
    {.map = 0x6D, .begin = 8, .end = kToTheEnd}, {.map = 0x73, .begin = 16, .end = 24},
    {.map = 0x74, .begin = 16, .end = 24},       {.map = 0x3CB, .begin = 8, .end = 24},
};

// The read-only heap's format is that of src/snapshot/read-only-serializer-deserializer.h; the map
// of its strings is the one that every reference in the caches of Node's own JavaScript leads to.
constexpr V8Version kVersions[] = {
    {.name = "12.4.254.21",  // Node 22.23.2
     .version_hash = 0x79DAFE74,
     .dialect = SerializerDialect::kV8_12,
     .script = {.map = 0x2B8, .size = 18 * 8, .id = 8 * 8},
     .shared_function = {.map = 0x14, .size = 8 * 8, .unique_id = 56, .age = 60},
     .bytecode_array = {.map = 0x2D, .length = 8, .padding = 60, .bytes = 64},
     .read_only_heap = {.segment = 1,
                        .relocate_segment = 2,
                        .roots_table = 3,
                        .chunk_header = 104,
                        .string_map = 0x12},
     .source_positions = {}},
    {.name = "13.6.233.17",  // Node 24.21.0
     .version_hash = 0xDC338CFA,
     .dialect = SerializerDialect::kV8_13,
     .script = {.map = 0x3C0, .size = 18 * 8, .id = 8 * 8},
     .shared_function = {.map = 0x14, .size = 9 * 8, .unique_id = 64, .age = 68},
     .bytecode_array = {.map = 0x2D, .length = 8, .padding = 60, .bytes = 64},
     .read_only_heap = {.segment = 2,
                        .relocate_segment = 3,
                        .roots_table = 4,
                        .chunk_header = 16,
                        .string_map = 0x12},
     .source_positions = {}},
    {.name = "14.6.202.34",  // Node 26.10.0
     .version_hash = 0x97FFBD52,
     .dialect = SerializerDialect::kV8_13,
     .script = {.map = 0x3D9, .size = 19 * 8, .id = 8 * 8},
     .shared_function = {.map = 0x11, .size = 9 * 8, .unique_id = 64, .age = 68},
     .bytecode_array = {.map = 0x31, .length = 8, .padding = 60, .bytes = 64},
     .read_only_heap = {.segment = 2,
                        .relocate_segment = 3,
                        .roots_table = 4,
                        .chunk_header = 16,
                        .string_map = 0x10},
     .source_positions = kPositionsOf14},
};

}  // namespace

std::span<const V8Version> known_v8_versions() {
  return kVersions;
}

Result<const V8Version*> find_v8_version(uint32_t version_hash) {
  for (const V8Version& version : kVersions)
    if (version.version_hash == version_hash) return &version;
  return fail(input_error("code-cache-version", "code caches of the V8 with version hash " +
                                                    std::to_string(version_hash) +
                                                    " are unknown to this program"));
}

Result<const V8Version*> find_v8_version(std::string_view name) {
  for (const V8Version& version : kVersions)
    if (version.name == name) return &version;
  return fail(input_error("code-cache-version",
                          "V8 version unknown: " + std::string(name.substr(0, kMaxVersionName))));
}

Result<CodeCacheHeader> read_code_cache_header(ByteView cache) {
  auto header = cache.record<CodeCacheHeader>(0);
  if (!header || (header->magic & kMagicMask) != kMagic)
    return fail(input_error("code-cache-malformed", "this is not a V8 code cache"));
  const uint64_t behind = cache.size() - sizeof(CodeCacheHeader);
  if (header->payload_size != behind)
    return fail(input_error("code-cache-malformed", "the code cache says that " +
                                                        std::to_string(header->payload_size) +
                                                        " bytes follow its header, but there are " +
                                                        std::to_string(behind)));
  if (header->payload_checksum != 0 || header->padding != 0)
    return fail(input_error("code-cache-malformed",
                            "the code cache's header has a checksum, which no known V8 makes"));
  return *header;
}

}  // namespace ingot
