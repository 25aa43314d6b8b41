// The record and the frame of loader/compact_format.h, wherever an executable format has them.
//
// Owns sealing and checking the record and decompressing the frame. Does not compress (that is
// packer/cast/compact_template.h), nor know where they are in a file (compact.h of each format).
//
// Errors, of kind kIntegrity: "compact-damaged".
#pragma once

#include "base/byte_view.h"
#include "base/digest.h"
#include "base/result.h"
#include "loader/compact_format.h"
#include "packer/executable/byte_source.h"

namespace ingot {

struct CompactParts {
  CompactHeader header;
  ByteView frame;
};

// The part of the record that is the same for every format.
CompactHeader new_compact_header(uint64_t runtime_size, const Digest& runtime_sha256,
                                 bool hash_always);

// The record's bytes, with the frame's size and the record's own digest.
Bytes seal_header(CompactHeader header, uint64_t frame_size);

// The record at the beginning of `bytes`, and the rest as its frame.
Result<CompactParts> read_parts(ByteView bytes);

// Decompresses the frame, which has to be as large as the record says. Whether it is the one that
// the record names is for the caller to compare.
Status unpack_frame(const CompactParts& parts, const ByteSink& sink);
Result<Digest> digest_of_frame(const CompactParts& parts);

}  // namespace ingot
