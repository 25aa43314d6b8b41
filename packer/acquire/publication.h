// When versions of packages were published.
//
// Owns asking registries for it, and remembering the answers in the store: a version is published
// once. Offline only what is remembered is known. Registries are believed: no digest proves a time.
// Source: the "time" member of a package's document at a registry, `GET <registry>/<name>`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "packer/acquire/fetch.h"

namespace ingot {

struct PublishedVersion {
  std::string name;
  std::string version;
};

// Seconds since 1970, for each of the versions; nothing for one that nobody here knows. Errors:
// those of packer/acquire/download.h, "url-invalid" and "registry-error" (the answer is no document
// of a package).
Result<std::vector<std::optional<uint64_t>>> publication_times(
    const std::vector<PublishedVersion>& versions, const FetchSettings& settings);

// "2026-01-31T12:00:00.000Z", as registries write it; nothing for anything else.
std::optional<uint64_t> parse_utc_time(std::string_view text);

}  // namespace ingot
