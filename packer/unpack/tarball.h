// From the bytes of a package's tarball to its files.
//
// Owns the entry policy: what a published archive may hold, where its files go inside the package's
// folder and which are executable. The bytes have been verified against the lockfile before they
// come here, and are hostile nevertheless. Never touches the disk, never runs anything, and never
// copies a file's content: the archive is inflated once, and every file is a view into that.
//
// Formats: gzip with one member (RFC 1952; checksum and length are checked) or no compression,
// around ustar, pax (POSIX.1-2001) or GNU tar, which libarchive reads; or the zip archive that yarn
// makes of one (packer/unpack/zip_archive.h). What npm does with an entry,
// we do: the first component of its path is removed whatever it is called, links are left out,
// `.gitignore` becomes `.npmignore` unless there is one already, the last of two equal paths wins.
// What npm mends silently, we refuse by name.
//
// Errors: "tarball-damaged" (kIntegrity: broken, truncated or not an archive), "tarball-too-large",
// "tarball-entry-escapes", "tarball-entry-name", "tarball-entry-kind", "tarball-path-conflict",
// "tarball-empty"; each names the entry and the package.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

struct TarballLimits {
  uint64_t entries = 200'000;
  uint64_t file_bytes = uint64_t{1} << 30;
  uint64_t total_bytes = uint64_t{2} << 30;  // of the archive once inflated
  // An archive may inflate to `free_bytes` whatever its own size, and to `ratio` times its size
  // beyond that. Packages of text reach 20, zeros 1000.
  uint64_t ratio = 100;
  uint64_t free_bytes = uint64_t{32} << 20;
  size_t path_bytes = 4096;
  size_t path_components = 1024;
};

struct PackageFile {
  std::string path;  // relative to the package's folder
  bool executable = false;
  ByteView content;  // in `UnpackedTarball::storage`
};

// An entry that is left out as npm leaves it out.
struct DroppedEntry {
  std::string path;
  std::string reason;
};

struct UnpackedTarball {
  std::shared_ptr<const Bytes> storage;
  std::vector<PackageFile> files;  // sorted by path, bytewise
  std::vector<DroppedEntry> dropped;
  std::vector<Error> warnings;

  const PackageFile* find(std::string_view path) const;
  // Whether something lies below this path.
  bool is_directory(std::string_view path) const;
  bool contains(std::string_view path) const { return find(path) != nullptr || is_directory(path); }
};

// `label`: what messages call the package: "left-pad@1.3.0".
Result<UnpackedTarball> unpack_tarball(ByteView tarball, const std::string& label,
                                       const TarballLimits& limits = {});

}  // namespace ingot
