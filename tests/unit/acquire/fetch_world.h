// What tests of packer/acquire/fetch.h stand in: packages, and the places that their bytes may be
// in.
#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "loopback_server.h"
#include "packer/acquire/fetch.h"
#include "scratch_folder.h"
#include "test_config.h"

namespace ingot {

inline constexpr char kBytes[] = "the bytes of a tarball";

inline Integrity integrity_of(std::string_view text,
                              DigestAlgorithm algorithm = DigestAlgorithm::kSha512) {
  return Integrity::of(digest_of(algorithm, text));
}

inline LockedPackage package_of(std::string name, Integrity integrity) {
  LockedPackage package;
  package.install_path = "node_modules/" + name;
  package.name = std::move(name);
  package.version = "1.0.0";
  package.integrity = std::move(integrity);
  package.position =
      Place(std::make_shared<const TextLines>("package-lock.json", "\n\n\n\n\n\n"), 6);  // line 7
  return package;
}

// A store, npm's cache, a project folder and a registry that serves every path with one body.
struct FetchWorld {
  ScratchFolder scratch;
  Store store{scratch.path("store")};
  std::string body = kBytes;
  LoopbackServer registry{[this](const SeenRequest&) { return http_answer(200, body); }};
  NpmConfig config = config_for(registry.origin());
  std::vector<LockedPackage> packages{LockedPackage{}};
  Network network = Network::kAllowed;
  Unverified unverified = Unverified::kRefused;
  ArchiveCheck check_archive = nullptr;
  std::optional<TarballFolder> tarballs;
  GitProof git_proof = GitProof::kCommit;
  StoredBytes stored_bytes = StoredBytes::kMapped;
  Environment variables;
  Diagnostics diagnostics;

  FetchWorld() {
    packages[0].source.kind = SourceKind::kProject;
    config.cache_folder = scratch.path("npm");
  }

  Result<std::vector<VerifiedTarball>> fetch() {
    PackageGraph graph;
    for (const LockedPackage& package : packages) graph.packages.push_back({&package, 0, false});
    diagnostics = {};
    FetchSettings settings{store, config, scratch.path("project"), network, unverified};
    settings.check_archive = check_archive;
    settings.git_proof = git_proof;
    settings.stored_bytes = stored_bytes;
    settings.variables = &variables;
    settings.tarballs = tarballs ? &*tarballs : nullptr;
    return fetch_packages(graph, settings, diagnostics);
  }

  std::string npm_cache_path(const Integrity& integrity) const {
    return scratch.path("npm/_cacache/content-v2/") + content_name(integrity.strongest());
  }
  void write(const std::string& path, std::string_view text) {
    REQUIRE(make_directories(parent_path(path)));
    REQUIRE(write_file_atomically(path, text));
  }
  std::vector<std::string> warning_codes() const {
    std::vector<std::string> codes;
    for (const Error& warning : diagnostics.warnings()) codes.push_back(warning.code);
    return codes;
  }
};

}  // namespace ingot
