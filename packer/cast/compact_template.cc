#include "packer/cast/compact_template.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <thread>

#include "base/digest.h"
#include "base/releaser.h"
#include "loader/program/programs.h"
#include "packer/executable/compact.h"

namespace ingot {
namespace {

struct LevelName {
  CompactLevel level;
  std::string_view name;
};
constexpr LevelName kLevels[] = {{CompactLevel::kSmall, "small"},
                                 {CompactLevel::kFast, "fast"},
                                 {CompactLevel::kParanoid, "paranoid"}};

constexpr int kFastCompression = 9;
constexpr int kSmallCompression = 19;

int compression_of(CompactLevel level) {
  return level == CompactLevel::kSmall ? kSmallCompression : kFastCompression;
}

// The frame does not depend on the number of threads, as long as there is one.
Bytes compress(ByteView bytes, int level) {
  std::unique_ptr<ZSTD_CCtx, Releaser<ZSTD_freeCCtx>> context(ZSTD_createCCtx());
  INGOT_CHECK(context);
  auto set = [&](ZSTD_cParameter parameter, int value) {
    INGOT_CHECK(ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), parameter, value)) == 0);
  };
  set(ZSTD_c_compressionLevel, level);
  set(ZSTD_c_windowLog, std::countr_zero(kMaxCompactWindow));
  set(ZSTD_c_nbWorkers, static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
  Bytes out(ZSTD_compressBound(bytes.size()));
  size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  INGOT_CHECK(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

// Of all that decides the frame.
std::string frame_key(const std::string& runtime_sha256, int level) {
  std::string inputs = "frame 1\n" + runtime_sha256 + "\nzstd " + ZSTD_versionString() + " -" +
                       std::to_string(level) + " window " + std::to_string(kMaxCompactWindow);
  return sha256_hex(std::string_view(inputs));
}

// A derived entry has a digest of its own, but that only says that the disk is sound.
bool is_frame_of(const CompactHeader& header, ByteView frame) {
  auto found = digest_of_frame({header, frame});
  return found && std::ranges::equal(found->bytes, header.runtime_sha256);
}

}  // namespace

std::string_view compact_level_name(CompactLevel level) {
  for (const LevelName& known : kLevels)
    if (known.level == level) return known.name;
  __builtin_unreachable();
}

std::optional<CompactLevel> find_compact_level(std::string_view name) {
  for (const LevelName& known : kLevels)
    if (known.name == name) return known.level;
  return std::nullopt;
}

bool can_be_compact(const Target& target) {
  return !loader_program(target).empty();
}

Result<CompactTemplate> compact_template(const RuntimeTemplate& runtime, const Target& target,
                                         CompactLevel level, const Store& store) {
  ByteView loader = loader_program(target);
  if (loader.empty())
    return fail(
        usage_error("compact-unsupported", "there is no loader for " + std::string(target.name)));
  ByteView binary = runtime.file.bytes();
  const std::string& hex =
      runtime.stripped_sha256.empty() ? runtime.sha256 : runtime.stripped_sha256;
  Digest sha256{DigestAlgorithm::kSha256, from_hex(hex).value_or(Bytes())};
  CompactRuntime content = TRY(describe_runtime(binary, sha256, level == CompactLevel::kParanoid));

  ByteView content_sha256(content.header.runtime_sha256, sizeof content.header.runtime_sha256);
  std::string key = frame_key(to_hex(content_sha256), compression_of(level));
  CompactTemplate out;
  auto make = [&](ByteView frame) -> Status {
    out.bytes = TRY(make_compact(loader, content.header, frame, binary));
    return {};
  };
  auto stored = TRY(store.find_derived(kCompactStoreKind, key));
  if (stored && is_frame_of(content.header, stored->content)) {
    TRY(make(stored->content));
  } else {
    Bytes frame = compress(content.content, compression_of(level));
    TRY(store.put_derived(kCompactStoreKind, key, frame));
    TRY(make(frame));
  }
  out.sealed = {std::string(compact_level_name(level)), sha256_hex(out.bytes), sha256_hex(loader)};
  return out;
}

}  // namespace ingot
