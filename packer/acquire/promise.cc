#include "packer/acquire/promise.h"

#include "packer/acquire/local_sources.h"

namespace ingot {
namespace {

constexpr std::string_view kKind = "archive-proof";

// All that the archive depends on, besides the tarball. The first line changes with the recipe.
std::string key_of(const TarballRequest& request) {
  std::string text =
      "1\n" + request.name + "\n" + request.archive->cache_key + "\n" + request.archive->sha512;
  return sha256_hex(std::string_view(text));
}

}  // namespace

bool has_promise(const TarballRequest& request, const FetchSettings& settings) {
  return !request.integrity.empty() || (request.archive && settings.check_archive != nullptr);
}

Integrity known_integrity(const TarballRequest& request, const Store& store) {
  if (!request.integrity.empty() || !request.archive) return request.integrity;
  auto entry = store.find_derived(kKind, key_of(request));
  if (!entry || !*entry) return {};
  ByteView remembered = (*entry)->content;
  if (remembered.size() != digest_size(DigestAlgorithm::kSha512)) return {};
  return Integrity::of({DigestAlgorithm::kSha512, Bytes(remembered.begin(), remembered.end())});
}

Result<std::optional<Digest>> check_promise(const TarballRequest& request, ByteView bytes,
                                            const FetchSettings& settings) {
  if (!has_promise(request, settings)) return std::optional<Digest>();
  if (!request.integrity.empty()) {
    TRY(request.integrity.verify(bytes));
    return request.integrity.strongest();
  }
  Digest digest = digest_of(DigestAlgorithm::kSha512, bytes);
  if (known_integrity(request, settings.store) == Integrity::of(digest)) return digest;
  TRY(settings.check_archive(bytes, request.name, title_of(request), *request.archive));
  // One that cannot be remembered counts all the same.
  (void)settings.store.put_derived(kKind, key_of(request), digest.bytes);
  return digest;
}

}  // namespace ingot
