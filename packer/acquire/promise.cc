#include "packer/acquire/promise.h"

#include "packer/acquire/local_sources.h"

namespace ingot {
namespace {

constexpr std::string_view kArchiveKind = "archive-proof";
constexpr std::string_view kCommitKind = "commit-proof";

// What is remembered under which key: all that the bytes are proved by. The first line changes with
// the way they are made.
struct Memory {
  std::string_view kind;
  std::string key;
};

std::optional<Memory> memory_of(const TarballRequest& request) {
  if (!request.integrity.empty()) return std::nullopt;
  if (request.source.kind == SourceKind::kGit)
    return Memory{kCommitKind, sha256_hex(std::string_view("1\n" + commit_of(request)))};
  if (!request.archive) return std::nullopt;
  std::string text =
      "1\n" + request.name + "\n" + request.archive->cache_key + "\n" + request.archive->sha512;
  return Memory{kArchiveKind, sha256_hex(std::string_view(text))};
}

}  // namespace

bool has_promise(const TarballRequest& request, const FetchSettings& settings) {
  return !request.integrity.empty() || request.source.kind == SourceKind::kGit ||
         (request.archive && settings.check_archive != nullptr);
}

Integrity known_integrity(const TarballRequest& request, const Store& store) {
  auto memory = memory_of(request);
  if (!memory) return request.integrity;
  auto entry = store.find_derived(memory->kind, memory->key);
  if (!entry || !*entry) return {};
  ByteView remembered = (*entry)->content;
  if (remembered.size() != digest_size(DigestAlgorithm::kSha512)) return {};
  return Integrity::of({DigestAlgorithm::kSha512, Bytes(remembered.begin(), remembered.end())});
}

std::optional<Digest> archive_digest(const TarballRequest& request) {
  if (!request.integrity.empty() || !request.archive) return std::nullopt;
  auto bytes = from_hex(request.archive->sha512);
  if (!bytes || bytes->size() != digest_size(DigestAlgorithm::kSha512)) return std::nullopt;
  return Digest{DigestAlgorithm::kSha512, std::move(*bytes)};
}

Result<std::optional<Digest>> check_promise(const TarballRequest& request, ByteView bytes,
                                            const FetchSettings& settings) {
  if (!has_promise(request, settings)) return std::optional<Digest>();
  if (!request.integrity.empty()) return TRY(request.integrity.verify(bytes));
  Digest digest = digest_of(DigestAlgorithm::kSha512, bytes);
  if (known_integrity(request, settings.store) == Integrity::of(digest)) return digest;
  if (archive_digest(request) == digest) return digest;
  if (request.source.kind == SourceKind::kGit)
    return fail(integrity_error("integrity-mismatch", "these are not the files of its commit"));
  TRY(settings.check_archive(bytes, request.name, title_of(request), *request.archive));
  remember(request, digest, settings.store);
  return digest;
}

std::string commit_of(const TarballRequest& request) {
  const std::string& location = request.source.location;
  size_t hash = location.find('#');
  return hash == std::string::npos ? "" : location.substr(hash + 1);
}

void remember(const TarballRequest& request, const Digest& digest, const Store& store) {
  // One that cannot be remembered counts all the same.
  if (auto memory = memory_of(request))
    (void)store.put_derived(memory->kind, memory->key, digest.bytes);
}

}  // namespace ingot
