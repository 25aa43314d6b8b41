// Who built what from what: an in-toto statement with SLSA provenance.
//
// Owns writing the statement and reading what a signed one says about a file. Signing is dsse.h's.
// Formats: in-toto Attestation Statement v1, SLSA Provenance v1; docs/provenance.md says what our
// build type means.
//
// Errors: "provenance-malformed" (signed, but no such statement), "provenance-other-file"
// (kIntegrity: about other files than this one).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "packer/attest/dsse.h"

namespace ingot {

inline constexpr std::string_view kStatementType = "application/vnd.in-toto+json";
inline constexpr std::string_view kBuildType = "urn:ingot:build-type:1";
inline constexpr std::string_view kDefaultBuilder = "urn:ingot:builder:unspecified";

struct BuildResource {
  std::string name;
  std::string uri;                                          // "" for none
  std::vector<std::pair<std::string, std::string>> digest;  // "sha256" -> hex; one at least
};

struct BuildStatement {
  std::vector<BuildResource> subjects;  // what was built
  // What the build was asked for, by name.
  std::vector<std::pair<std::string, std::vector<std::string>>> parameters;
  std::vector<BuildResource> dependencies;  // what it was built from
  std::string builder_id;                   // a URI
  std::string ingot_version;
  std::string started_on;  // RFC 3339; "" for none
};

// The JSON, on one line.
std::string write_statement(const BuildStatement& statement);

struct BuildClaim {
  std::string builder_id;
  std::string subject;  // what it calls the file
  size_t dependencies = 0;
};

// What a statement says about the file with this SHA-256 (hex).
Result<BuildClaim> claim_about(const Envelope& envelope, std::string_view sha256);

// The same of the first of several envelopes, one a line, that is signed by the key and about the
// file. `name`: what positions call the text. Errors: also those of dsse.h.
Result<BuildClaim> find_claim(std::string_view lines, const std::string& name,
                              std::string_view sha256, const PublicKey& key);

}  // namespace ingot
