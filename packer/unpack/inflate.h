// From gzip to the bytes inside, for archives that fit in memory.
//
// Owns the caps and the strictness: one member, whole, with the right checksum and length, and
// nothing after it but zeros. Knows nothing of what is inside. Source: RFC 1952, by zlib.
#pragma once

#include "base/byte_view.h"
#include "packer/unpack/tarball.h"

namespace ingot {

bool is_gzip(ByteView bytes);

// To how many bytes an archive of this size may inflate.
uint64_t most_inflated(uint64_t compressed, const TarballLimits& limits);

// Errors: "tarball-damaged", "tarball-too-large". Memory stays below twice what the limits allow
// for an input of this size.
Result<Bytes> inflate_gzip(ByteView gzip, const std::string& label, const TarballLimits& limits);

}  // namespace ingot
