// The provenance of a build: what its outputs were made of.
//
// Owns putting together what packer/attest/build_statement.h writes, from what the build has used:
// packages with the digests they were proved by, the patches applied to them, the runtimes and the
// lockfile. Names no machine, no user and no folder; no time but the one it is given.
#pragma once

#include "packer/attest/build_statement.h"
#include "packer/cast/build.h"

namespace ingot {

struct ProvenanceOptions {
  std::string path;  // of the statement's file, absolute
  PrivateKey key;
  std::string builder_id;        // a URI
  std::optional<uint64_t> date;  // when the build began, in seconds since 1970
  // What was asked for, by name: the settings that decide about the bytes of the outputs.
  std::vector<std::pair<std::string, std::vector<std::string>>> parameters;
};

// As `build`, and the statement appears together with the outputs. Errors: also "signing-failed".
Result<BuildSummary> build_with_provenance(const BuildOptions& options,
                                           const ProvenanceOptions& provenance,
                                           const BuildEnvironment& environment,
                                           Diagnostics& diagnostics);

struct BuiltFile {
  std::string name;    // without its folder
  std::string sha256;  // hex
};

// One signed envelope on one line. `closures` and `runtimes` are by target. Errors:
// "signing-failed".
Result<std::string> write_provenance(const ProvenanceOptions& options, const Project& project,
                                     std::span<const PackageGraph> closures,
                                     const PackageSupply& supply,
                                     std::span<const RuntimeTemplate> runtimes,
                                     const std::vector<BuiltFile>& files);

}  // namespace ingot
