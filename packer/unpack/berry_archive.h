// The zip archive that yarn 2 and later make of a package's tarball, as far as its SHA-512.
//
// Owns the recipe, byte for byte: yarn's lockfile has a checksum of this archive and none of the
// tarball, so a tarball is proved by making the archive again. Only the digest is made; at any time
// one compressed file is in memory besides the tarball. The tarball is hostile until this has
// proved it.
//
// Format (PKWARE APPNOTE 6.3, as libzip 1.10 writes it inside yarn): for each file, folder and
// symbolic link of the tarball, in its order and below "node_modules/<name>/" in place of its first
// component, a local header and the content; each folder appears before what lies in it. A path
// that comes twice keeps its first place and has its last content. Then the central directory and
// its end. Every time is 1984-06-22 21:50:00; files have mode 0644 or 0755, folders 0755.
#pragma once

#include <string>

#include "base/byte_view.h"
#include "base/result.h"
#include "lockfile/lockfile.h"
#include "packer/unpack/tarball.h"

namespace ingot {

// Whether the tarball makes the archive of this checksum. `name`: the package's real name, which is
// in the archive's paths. Errors: "integrity-mismatch" (kIntegrity), "archive-unknown" (kIntegrity:
// a cache key that lockfile/cache_key.h does not know, or more than a zip archive without its
// 64-bit extension can hold), and those of packer/unpack/tarball.h for what cannot be read.
Status check_berry_archive(ByteView tarball, const std::string& name, const std::string& label,
                           const ArchiveChecksum& checksum);

}  // namespace ingot
