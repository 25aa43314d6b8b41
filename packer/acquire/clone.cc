#include "packer/acquire/clone.h"

#include "packer/acquire/git_client.h"
#include "packer/acquire/promise.h"

namespace ingot {

Result<FoundBytes> clone(const TarballRequest& request, const FetchSettings& settings) {
  std::string title = title_of(request);
  auto source = git_source_of(request.source.location);
  if (!source) {
    source.error().message = title + " comes from git: " + source.error().message;
    return fail(std::move(source.error()));
  }
  static const Environment kNone;
  Bytes files = TRY(get_commit(*source, settings.variables ? *settings.variables : kNone, title,
                               settings.limits.max_bytes));
  Digest digest = digest_of(DigestAlgorithm::kSha512, files);
  if (!request.integrity.empty())
    if (auto kept = request.integrity.verify(files); !kept) {
      kept.error().message = title + " from git: " + kept.error().message;
      return fail(std::move(kept.error()));
    }
  remember(request, digest, settings.store);
  auto owner = std::make_shared<const Bytes>(std::move(files));
  ByteView bytes(*owner);
  FoundBytes found{std::move(owner), bytes, ByteOrigin::kNetwork, "git, commit " + source->commit,
                   std::move(digest)};
  TRY(keep_in_store(settings.store, found));
  return found;
}

}  // namespace ingot
