// What the proof of an original needs in every executable format.
//
// Owns the two errors of such a proof and the comparison of a finished file with the bytes that
// casting would have written. Never knows where those belong; a format's original.h does.
//
// Errors: "executable-not-ingot"; of kind kIntegrity: "executable-altered".
#pragma once

#include <string>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

Error not_ours();
// `what` ends "the executable was changed after it was made: ".
Error altered(const std::string& what);
Error altered(const std::string& what, const Error& why);

// That `expected` stands at `offset`.
Status expect_bytes(ByteView file, uint64_t offset, ByteView expected, const char* what);
// That nothing but zeros stands from `offset` to `end`, which are no further apart than the largest
// alignment of any format, 64 KiB.
Status expect_padding(ByteView file, uint64_t offset, uint64_t end);
// That the fuse at `offset` is set.
Status expect_fuse(ByteView file, uint64_t offset);

}  // namespace ingot
