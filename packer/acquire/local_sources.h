// The places on this machine where a tarball may already lie.
//
// Owns looking into ingot's store, a folder of tarballs, npm's and yarn's caches and beside the
// lockfile, and verifying what is found there. Never touches the network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "packer/acquire/fetch.h"

namespace ingot {

// Bytes that passed verification (or that nothing is promised about, where that is allowed).
struct FoundBytes {
  std::shared_ptr<const void> owner;  // nobody's when the store has them and their proof is enough
  ByteView bytes;
  ByteOrigin origin = ByteOrigin::kStore;
  std::string location;
  std::optional<Digest> digest;  // that they have, when something is promised about them
};

// Nothing when the bytes have to come over the network. Corrupt entries become `warnings`.
Result<std::optional<FoundBytes>> find_locally(const TarballRequest& request,
                                               const FetchSettings& settings,
                                               std::vector<Error>& warnings);

// Puts verified bytes under the digest that a later look-up would ask for.
Status keep_in_store(const Store& store, const FoundBytes& found);

// Where the tarball is on the network; error "url-invalid".
Result<Url> address_of(const TarballRequest& request, const NpmConfig& config);

// "name@version".
std::string title_of(const TarballRequest& request);

}  // namespace ingot
