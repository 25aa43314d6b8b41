// What is said of a project's packages after building, fetching and verifying.
//
// Owns the wording; the facts are packer/cast/package_counts.h.
#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "packer/cast/package_counts.h"

namespace ingot {

// "sha512" -> "by sha512", "parent" -> "inside another package's tarball", and so on.
std::string proof_phrase(std::string_view proof);

// "87 packages: 86 by sha512, 1 without a digest".
std::string packages_phrase(const PackageCounts& counts);

// What proves them, and, as far as there is any, where the bytes came from and what their
// registries vouch for.
std::string package_rows(const PackageCounts& counts);

// Members "proofs", "origins" and "signatures" of the object that is open.
void write_packages(const PackageCounts& counts, JsonWriter& json);

}  // namespace ingot
