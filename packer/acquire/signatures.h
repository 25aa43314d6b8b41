// Whether the registry vouches for a project's packages.
//
// Owns where signatures come from (ingot.signatures.json beside the lockfile, else the registry's
// metadata), that file's format, and going through all packages. The check itself is
// packer/acquire/registry_keys.h. Only packages of a registry can be signed.
//
//   { "version": 1, "packages": { "<name>@<version>": {
//       "published": "<time>", "signatures": [ { "keyid": "<id>", "sig": "<base64>" }, ... ] } } }
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packer/acquire/fetch.h"
#include "packer/acquire/registry_keys.h"

namespace ingot {

inline constexpr std::string_view kSignaturesName = "ingot.signatures.json";

using SavedSignatures = std::map<std::string, SignedVersion>;  // by "name@version"

// Errors: "signatures-malformed" and those of base/json.h.
Result<SavedSignatures> parse_signatures(std::string text);
std::string write_signatures(const SavedSignatures& signatures);

// What a registry's metadata of one package (a "packument") says about a version; nothing when it
// has no such version. Errors: those of base/json.h.
Result<std::optional<SignedVersion>> signatures_in_metadata(std::string text,
                                                            const std::string& version);

enum class SignaturePolicy {
  kWherePresent,  // those of the file are checked
  kRequired,      // every package of a registry has to have one; the registry is asked for others
};

struct SignatureCheck {
  size_t packages = 0;   // vouched for
  SavedSignatures used;  // what was checked, fit for the file
};

// Errors: those of `check_signature`, of packer/acquire/download.h, and "offline-missing". All
// packages at fault are in the error's notes. A warning "signature-key-expired" says for how many
// the key has expired since they were published.
Result<SignatureCheck> check_signatures(const PackageGraph& graph,
                                        const std::vector<VerifiedTarball>& tarballs,
                                        const SavedSignatures& saved, SignaturePolicy policy,
                                        const FetchSettings& settings, Diagnostics& diagnostics);

}  // namespace ingot
