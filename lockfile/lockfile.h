// One model for what every kind of lockfile says.
//
// Owns `Lockfile` and look-up in it. Parsers (one file per kind: lockfile/npm_lockfile.h) fill it;
// resolver/ reads it. Nothing here touches the disk or the network, decides what a target needs, or
// trusts a flag: `dev`, `optional` and `peer` are what the file says, reachability is recomputed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "base/result.h"
#include "lockfile/integrity.h"

namespace ingot {

enum class LockfileKind { kNpm, kYarnClassic, kYarnBerry, kPnpm, kBun };

enum class SourceKind {
  kProject,        // the root project itself
  kRegistry,       // a tarball of a registry, found by name and version or at `location`
  kRemoteTarball,  // a tarball at a URL that belongs to no registry
  kLocalTarball,   // a .tgz beside the lockfile; `location` is relative to it
  kGit,            // a commit; `location` is the repository URL with "#<commit>"
  kDirectory,  // a folder of the user (workspace or file:); `location` is relative to the lockfile
  kBundled,    // inside the tarball of the package above it; proved by that package's digest
};

struct PackageSource {
  SourceKind kind = SourceKind::kRegistry;
  std::string location;  // URL or path; empty for a registry package whose URL is not recorded
};

enum class DependencyKind {
  kProduction,
  kDevelopment,
  kOptional,
  kPeer,
  kOptionalPeer,
  kWorkspace,  // of the project on one of its workspaces
};

struct Dependency {
  std::string name;   // the name it is imported by (an alias keeps its alias)
  std::string range;  // as written: "^1.0.0", "npm:other@^2", "file:../x"
  DependencyKind kind = DependencyKind::kProduction;
  Place position;
};

// "os", "cpu" and "libc" of a manifest; each list is empty when anything will do.
struct PlatformConstraint {
  std::vector<std::string> os;
  std::vector<std::string> cpu;
  std::vector<std::string> libc;
};

// Changes that the user makes to a package's files once it is unpacked.
struct PackagePatch {
  struct File {
    std::string path;       // relative to the lockfile; "" where nothing says so yet
    bool optional = false;  // where it does not fit, the package is used without it
  };
  std::vector<File> files;  // in the order in which they are applied
  std::string digest;  // as the lockfile has it; how it is made depends on the kind of lockfile
  std::string key;     // pnpm: what the project's configuration calls it by, "name@range"
};

// What yarn 2 and later promise about a package: the SHA-512 of the zip archive they make of its
// tarball for their cache.
struct ArchiveChecksum {
  std::string cache_key;  // "10c0": how the archive is made
  std::string sha512;     // hex
};

struct LockedPackage {
  // Where it is installed, relative to the project: "" (the project), "node_modules/a",
  // "node_modules/a/node_modules/b", "packages/w" (a workspace's own folder).
  std::string install_path;
  std::string name;  // its real name; the folder has the alias when there is one
  std::string version;
  PackageSource source;
  Integrity integrity;  // empty: the lockfile promises nothing about the tarball's bytes
  std::optional<ArchiveChecksum> archive_checksum;
  std::vector<Dependency> dependencies;
  PlatformConstraint platform;
  // A symbolic link to the package at this install path (workspaces, file: folders); everything
  // else of a link's entry is the target's.
  std::optional<std::string> link_target;
  // A link that nobody asks for by its place: it is there for packages that import what they do not
  // declare, whenever its target is.
  bool hoisted = false;
  std::optional<PackagePatch> patch;
  bool dev = false;  // hints of the file
  bool optional = false;
  bool peer = false;
  bool has_install_script = false;
  bool has_shrinkwrap = false;  // its tarball pins the versions of what lies below it
  std::vector<std::string> bundle_dependencies;  // names of what its tarball brings along
  std::optional<std::string> engines_node;       // "engines.node", as written
  std::map<std::string, std::string> bin;        // command -> path inside the package
  Place position;

  bool is_link() const { return link_target.has_value(); }
  // The project, a workspace or another folder of the user: its package.json is at hand.
  bool is_local() const;
  // Neither: its bytes come from somewhere.
  bool is_foreign() const { return !is_link() && !is_local(); }
};

struct Lockfile {
  LockfileKind kind = LockfileKind::kNpm;
  std::string version;                  // as written: "3"
  std::string name;                     // of the file, for messages
  std::vector<std::string> workspaces;  // the project's patterns, as the lockfile has them
  std::vector<LockedPackage> packages;  // sorted by install path; the project is the first
  // Names for which something other than the dependent decides the version ("overrides",
  // "resolutions"), as far as the lockfile records it.
  std::vector<std::string> overridden;

  const LockedPackage* find(std::string_view install_path) const;
  LockedPackage* find(std::string_view install_path);
  // What `dependency` means inside the package at `from`: the nearest node_modules folder upwards
  // that has it, as Node looks. Nullptr when none has. May be a link.
  const LockedPackage* look_up(std::string_view from, std::string_view dependency) const;
  // The package itself, or what a link leads to; parsers have made sure that there is something.
  const LockedPackage& follow(const LockedPackage& package) const;
  // The packages that are folders of the user, the project first.
  std::vector<const LockedPackage*> local_packages() const;
  const LockedPackage& project() const { return packages.front(); }
};

}  // namespace ingot
