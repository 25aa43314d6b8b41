#include "packer/acquire/local_sources.h"

#include "packer/acquire/berry_cache.h"
#include "packer/acquire/npm_cache.h"
#include "packer/acquire/promise.h"
#include "packer/acquire/registry.h"
#include "packer/acquire/yarn_cache.h"

namespace ingot {
namespace {

FoundBytes owned(std::string text, ByteOrigin origin, std::string location,
                 std::optional<Digest> digest) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  ByteView bytes(std::string_view{*owner});
  return {std::move(owner), bytes, origin, std::move(location), std::move(digest)};
}

std::optional<FoundBytes> find_in_store(const TarballRequest& request, const Integrity& integrity,
                                        const Digest& digest, const Store& store,
                                        std::vector<Error>& warnings) {
  auto file = store.find_content(digest);
  std::string path = store.content_path(digest);
  if (!file) {
    warnings.push_back(std::move(file.error()));
    return std::nullopt;
  }
  if (!*file) return std::nullopt;
  auto verified = integrity.verify((*file)->bytes());
  if (!verified) {
    warnings.push_back(input_error("store-corrupt", "the store's copy of " + title_of(request) +
                                                        " is damaged and was removed: " + path));
    if (auto removed = store.remove_content(digest); !removed)
      warnings.push_back(std::move(removed.error()));
    return std::nullopt;
  }
  auto owner = std::make_shared<const MappedFile>(std::move(**file));
  ByteView bytes = owner->bytes();
  return FoundBytes{std::move(owner), bytes, ByteOrigin::kStore, std::move(path),
                    std::move(*verified)};
}

// What is not right with an entry is for `find_in_store` to say.
std::optional<FoundBytes> prove_in_store(const TarballRequest& request, const Digest& digest,
                                         const Store& store) {
  if (request.integrity != Integrity::of(digest)) return std::nullopt;
  std::string path = store.content_path(digest);
  if (digest_of_file(digest.algorithm, path) != digest) return std::nullopt;
  return FoundBytes{{}, {}, ByteOrigin::kStore, std::move(path), digest};
}

// Several digests of one algorithm are alternatives: any of them may be the file's.
std::vector<Digest> addresses_of(const Integrity& integrity) {
  std::vector<Digest> out;
  if (integrity.empty()) return out;
  for (const Digest& digest : integrity.digests())
    if (digest.algorithm == integrity.strongest().algorithm) out.push_back(digest);
  return out;
}

// Where a file may be the tarball, and what is said when it is not.
struct Candidate {
  std::string path;
  ByteOrigin origin;
};

// Read, not mapped: the file is somebody else's, and what was verified must not change afterwards.
std::optional<FoundBytes> try_candidate(const TarballRequest& request, Candidate candidate,
                                        const FetchSettings& settings,
                                        std::vector<Error>& warnings) {
  auto text = real_file_system().read(candidate.path, settings.limits.max_bytes);
  if (!text) {
    if (text.error().code != "not-found") warnings.push_back(std::move(text.error()));
    return std::nullopt;
  }
  if (auto digest = check_promise(request, std::string_view(*text), settings))
    return owned(std::move(*text), candidate.origin, std::move(candidate.path), std::move(*digest));
  if (candidate.origin == ByteOrigin::kNpmCache)
    warnings.push_back(
        input_error("npm-cache-corrupt", "npm's cached copy of " + title_of(request) +
                                             " is damaged and is not used: " + candidate.path)
            .hinted("`npm cache verify` mends npm's cache"));
  return std::nullopt;
}

// Nothing is found here that nothing is promised about: a name alone is no reason to take a file.
std::vector<Candidate> candidates_for(const TarballRequest& request, const Integrity& integrity,
                                      const FetchSettings& settings) {
  std::vector<Candidate> out;
  if (settings.tarballs != nullptr) {
    for (const Digest& digest : addresses_of(integrity))
      if (auto path = settings.tarballs->find(digest))
        out.push_back({std::move(*path), ByteOrigin::kTarballs});
    if (integrity.empty() && request.archive)
      for (std::string& path : settings.tarballs->named(request.name, request.version))
        out.push_back({std::move(path), ByteOrigin::kTarballs});
  }
  auto url = address_of(request, settings.config);
  auto keys = npm_index_keys(url ? url->text() : "", request.name, request.version);
  for (std::string& path :
       npm_cache_candidates(real_file_system(), settings.config.cache_folder, integrity, keys))
    out.push_back({std::move(path), ByteOrigin::kNpmCache});
  if (settings.variables != nullptr)
    for (std::string& path :
         yarn_cache_candidates(*settings.variables, request.name, request.version, integrity))
      out.push_back({std::move(path), ByteOrigin::kYarnCache});
  if (archive_digest(request))
    for (std::string& path :
         berry_cache_candidates(settings.config.archive_folders, request.name, request.version,
                                request.source, *request.archive))
      out.push_back({std::move(path), ByteOrigin::kYarnCache});
  return out;
}

Result<FoundBytes> read_local_tarball(const TarballRequest& request,
                                      const FetchSettings& settings) {
  std::string path = normal_path(join_path(settings.project_folder, request.source.location));
  auto text = real_file_system().read(path, settings.limits.max_bytes);
  if (!text) {
    if (text.error().code != "not-found") return fail(std::move(text.error()));
    return fail(input_error("tarball-missing",
                            "the tarball of " + title_of(request) + " is not there: " + path));
  }
  auto digest = check_promise(request, std::string_view(*text), settings);
  if (!digest) {
    digest.error().message = title_of(request) + " in " + path + ": " + digest.error().message;
    return fail(std::move(digest.error()));
  }
  return owned(std::move(*text), ByteOrigin::kLocalFile, std::move(path), std::move(*digest));
}

}  // namespace

std::string title_of(const TarballRequest& request) {
  return request.version.empty() ? request.name : request.name + "@" + request.version;
}

Result<Url> address_of(const TarballRequest& request, const NpmConfig& config) {
  auto url =
      request.source.kind == SourceKind::kRegistry
          ? registry_tarball_url(config, request.name, request.version, request.source.location)
          : Url::parse(request.source.location);
  if (!url)
    url.error().message = "the address of " + title_of(request) + " is " + url.error().message;
  return url;
}

Result<std::optional<FoundBytes>> find_locally(const TarballRequest& request,
                                               const FetchSettings& settings,
                                               std::vector<Error>& warnings) {
  if (request.source.kind == SourceKind::kLocalTarball) {
    FoundBytes found = TRY(read_local_tarball(request, settings));
    return std::optional<FoundBytes>(std::move(found));
  }
  Integrity integrity = known_integrity(request, settings.store);
  if (settings.stored_bytes == StoredBytes::kProofAlone && !integrity.empty())
    if (auto found = prove_in_store(request, integrity.strongest(), settings.store)) return found;
  for (const Digest& digest : addresses_of(integrity))
    if (auto found = find_in_store(request, integrity, digest, settings.store, warnings))
      return found;
  if (auto archive = archive_digest(request))
    if (auto found =
            find_in_store(request, Integrity::of(*archive), *archive, settings.store, warnings))
      return found;
  for (Candidate& candidate : candidates_for(request, integrity, settings)) {
    auto found = try_candidate(request, std::move(candidate), settings, warnings);
    if (!found) continue;
    TRY(keep_in_store(settings.store, *found));
    return found;
  }
  return std::optional<FoundBytes>();
}

Status keep_in_store(const Store& store, const FoundBytes& found) {
  if (!found.digest) return {};  // without an address nothing could ever find it
  return store.put_content(digest_of(found.digest->algorithm, found.bytes), found.bytes);
}

}  // namespace ingot
