// What is promised about one tarball, and whether bytes keep it.
//
// Owns the choice between the two kinds of promise, a digest of the tarball and a checksum of the
// archive that yarn makes of it, and remembering in the store which tarball made which archive:
// making one takes longer than hashing the tarball, so it is done once. What is remembered is
// trusted as code caches are; the tarball's own SHA-512 is checked each time.
#pragma once

#include <optional>

#include "packer/acquire/fetch.h"

namespace ingot {

// Whether anything is promised that can be checked with these settings.
bool has_promise(const TarballRequest& request, const FetchSettings& settings);

// The request's integrity, or that of the tarball that is remembered to make its archive; else
// empty.
Integrity known_integrity(const TarballRequest& request, const Store& store);

// The digest that the bytes have, now that they are proved; nothing when nothing is promised.
// Errors: "integrity-mismatch", and those of `FetchSettings::check_archive`.
Result<std::optional<Digest>> check_promise(const TarballRequest& request, ByteView bytes,
                                            const FetchSettings& settings);

}  // namespace ingot
