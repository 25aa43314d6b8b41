// From a package graph to the bytes of its tarballs, each with its proof.
//
// Owns the order in which places are asked (ingot's store, a folder of tarballs that the user
// names, the caches of npm and yarn, the registry), the rule that nothing is used before its
// integrity was verified, and what happens to bytes that fail: a wrong entry of a cache is passed
// over with a warning (ours is removed), wrong bytes from anywhere else end the build. What comes
// from a cache or the network goes into the store. Never looks inside a tarball: a checksum
// that takes that (yarn's, of an archive it makes of the tarball) is checked by a function that the
// caller brings, and the tarball's own digest is remembered; the archive itself, out of yarn's
// cache, is as good as the tarball, and what comes out here may be either. What comes from git is
// an archive of all files of the commit, proved by the commit's id.
//
// Errors: those of packer/acquire/download.h, store.h and `FetchSettings::check_archive`;
// "integrity-missing" (nothing is promised about the bytes), "integrity-mismatch" (kIntegrity),
// "git-unpinned", those of packer/acquire/git_client.h, "tarball-missing" (a local file that is not
// there), "offline-missing" (one error that names every package). The most serious error is
// returned, the others are added to the diagnostics.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "packer/acquire/download.h"
#include "packer/acquire/npm_config.h"
#include "packer/acquire/progress.h"
#include "packer/acquire/store.h"
#include "packer/acquire/tarball_folder.h"
#include "resolver/package_graph.h"

namespace ingot {

enum class ByteOrigin { kStore, kTarballs, kNpmCache, kYarnCache, kNetwork, kLocalFile };
// "store", "tarballs", "npm cache", "yarn cache", "network", "local file".
std::string_view origin_name(ByteOrigin origin);

// Why the bytes are believed to be the ones meant.
struct Proof {
  // The strongest digest that was checked; nothing when the user allowed bytes without one.
  std::optional<Digest> digest;
  // "<cache key>/<hex>", when `digest` is of the archive that yarn makes of the tarball.
  std::string archive = {};
  std::string commit;  // that proved it, in hex, where no digest was promised
  ByteOrigin origin = ByteOrigin::kStore;
  std::string location;  // the path or the URL (without credentials) they came from
};

struct VerifiedTarball {
  size_t package = 0;                 // index into PackageGraph::packages
  std::shared_ptr<const void> owner;  // keeps `bytes` alive; nobody's: see `load_bytes`
  ByteView bytes;
  Proof proof;
};

enum class Network { kAllowed, kOffline };
enum class Unverified { kRefused, kAllowed };
// What is enough for packages from git.
enum class GitProof { kCommit, kPinnedDigest };

// What is kept of bytes that are in the store.
enum class StoredBytes { kMapped, kProofAlone };

// Whether the tarball makes the archive with this checksum; `name` is the package's, `label` what
// messages call it.
using ArchiveCheck = Status (*)(ByteView tarball, const std::string& name, const std::string& label,
                                const ArchiveChecksum& checksum);

struct FetchSettings {
  const Store& store;
  const NpmConfig& config;
  std::string project_folder;  // local tarballs are relative to it
  Network network = Network::kAllowed;
  Unverified unverified = Unverified::kRefused;
  DownloadLimits limits = {};
  ProgressSink& progress = silent_progress();
  ArchiveCheck check_archive = nullptr;  // without one such a checksum promises nothing
  const TarballFolder* tarballs = nullptr;
  GitProof git_proof = GitProof::kCommit;
  const Environment* variables = nullptr;  // for git, and where yarn's cache is
  StoredBytes stored_bytes = StoredBytes::kMapped;
};

// One for each package of the graph that has a tarball of its own, in the graph's order; the
// project, folders and bundled packages have none.
Result<std::vector<VerifiedTarball>> fetch_packages(const PackageGraph& graph,
                                                    const FetchSettings& settings,
                                                    Diagnostics& diagnostics);

// Gets the bytes of one whose proof alone was kept, and proves them again.
Status load_bytes(VerifiedTarball& tarball);

struct TarballRequest {
  std::string name;
  std::string version;
  PackageSource source;  // of a kind that has bytes of its own
  Integrity integrity;
  std::optional<Position> position;             // for messages
  std::optional<ArchiveChecksum> archive = {};  // counts where there is no integrity
};

// Without the checksum of an archive that nobody knows how to make.
TarballRequest request_for(const LockedPackage& package);

// The same for one tarball that is in no graph (a template).
Result<VerifiedTarball> fetch_tarball(const TarballRequest& request, const FetchSettings& settings,
                                      Diagnostics& diagnostics);

}  // namespace ingot
