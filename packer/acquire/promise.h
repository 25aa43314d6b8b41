// What is promised about one tarball, and whether bytes keep it.
//
// Owns the choice between the kinds of promise (a digest of the tarball, a checksum of the archive
// that yarn makes of it, a commit of git), and remembering in the store which tarball kept one that
// is no digest: finding out takes longer than hashing the tarball, so it is done once. What is
// remembered is trusted as code caches are; the tarball's own SHA-512 is checked each time.
#pragma once

#include <optional>

#include "packer/acquire/fetch.h"

namespace ingot {

// Whether anything is promised that can be checked with these settings.
bool has_promise(const TarballRequest& request, const FetchSettings& settings);

// The request's integrity, or that of the tarball that is remembered to make its archive or to be
// its commit; else empty.
Integrity known_integrity(const TarballRequest& request, const Store& store);

// That of the archive itself, where the request's promise is its checksum; else nothing.
std::optional<Digest> archive_digest(const TarballRequest& request);

// The digest that the bytes have, now that they are proved, be they a tarball or the archive that
// yarn makes of it; nothing when nothing is promised.
// Errors: "integrity-mismatch", and those of `FetchSettings::check_archive`.
Result<std::optional<Digest>> check_promise(const TarballRequest& request, ByteView bytes,
                                            const FetchSettings& settings);

// What is behind the '#' of a git address.
std::string commit_of(const TarballRequest& request);

// That bytes of this SHA-512 keep the request's promise.
void remember(const TarballRequest& request, const Digest& digest, const Store& store);

}  // namespace ingot
