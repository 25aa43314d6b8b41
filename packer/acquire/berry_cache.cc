#include "packer/acquire/berry_cache.h"

#include <algorithm>

#include "base/digest.h"
#include "base/file_system.h"
#include "base/percent.h"

namespace ingot {
namespace {

constexpr size_t kHashLength = 10;

// As JavaScript's encodeURIComponent.
std::string encode(std::string_view text) {
  return percent_encode(text, "-_.!~*'()");
}

std::string sha512_hex(const std::string& text) {
  return digest_of(DigestAlgorithm::kSha512, std::string_view(text)).hex();
}

}  // namespace

std::vector<std::string> berry_cache_candidates(const std::vector<std::string>& folders,
                                                const std::string& name, const std::string& version,
                                                const PackageSource& source,
                                                const ArchiveChecksum& checksum) {
  std::string reference, shown;
  if (source.kind == SourceKind::kRegistry) {
    reference = "npm:" + version;
    shown = "npm-" + version;
    if (!source.location.empty()) reference += "::__archiveUrl=" + encode(source.location);
  } else if (source.kind == SourceKind::kRemoteTarball) {
    reference = source.location;
    shown = source.location.substr(0, source.location.find(':'));
  } else {
    return {};
  }
  // The name's hash is of the scope without its '@' and the rest without the '/'.
  std::string ident = name, slug = name;
  std::erase_if(ident, [](char c) { return c == '@' || c == '/'; });
  std::ranges::replace(slug, '/', '-');
  std::string locator = sha512_hex(sha512_hex(ident) + reference).substr(0, kHashLength);
  std::vector<std::string> out;
  for (const std::string& folder : folders)
    for (const std::string& ending : {checksum.sha512.substr(0, kHashLength), checksum.cache_key})
      out.push_back(join_path(folder, slug + "-" + shown + "-" + locator + "-" + ending + ".zip"));
  return out;
}

}  // namespace ingot
