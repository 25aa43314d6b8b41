// The files of a package out of the archive that yarn 2 and later keep of it in their cache.
//
// Owns reading such an archive, which has been proved by its checksum in yarn.lock and is hostile
// nevertheless, and handing it on as the tar archive that it was made of, as far as it matters: the
// entry policy for what comes out is that of packer/unpack/tarball.h. Format: zip, by libarchive;
// below "node_modules/<name>/", as packer/unpack/berry_archive.h makes it.
#pragma once

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/unpack/tarball.h"

namespace ingot {

bool is_zip(ByteView bytes);

// Files and symbolic links, below "package/". Errors: "tarball-damaged" (kIntegrity),
// "tarball-too-large".
Result<Bytes> tar_of_zip(ByteView zip, const std::string& label, const TarballLimits& limits);

}  // namespace ingot
