// The head of LC_DYLD_CHAINED_FIXUPS' data: which segments have pointers for dyld to set, and where
// the list of each begins.
//
// The head names every segment of the image, so an executable with one segment more needs it
// rewritten: dyld refuses a file whose `seg_count` is not its number of segments. Owns reading the
// head and making that change. Never touches the lists, the imports or the symbols, which only
// move. Source: Apple's <mach-o/fixup-chains.h>.
//
//   data = header starts-in-image { starts-in-segment } imports symbols
//   header = u32 version (0), starts, imports, symbols (offsets in the data), imports-count,
//            imports-format, symbols-format
//   starts-in-image = u32 seg-count, seg-count x u32 offset from it of a starts-in-segment, or 0
//
// Errors: "macho-fixups-malformed".
#pragma once

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot::macho {

// A segment that is added moves what is behind the head by this or by nothing: what is there keeps
// its alignment.
inline constexpr uint64_t kFixupsGrowth = 8;

// How many bytes of `data` the head is: up to whatever follows the offsets.
Result<uint64_t> fixups_head_size(ByteView data, uint64_t segment_count);

// The head with a segment that has no fixups as the last but one. Longer by 0 or kFixupsGrowth.
Result<Bytes> add_fixups_segment(ByteView head, uint64_t segment_count);

// The head without the first segment, which has no fixups; as long as before.
Result<Bytes> drop_first_segment(ByteView head, uint64_t segment_count);

}  // namespace ingot::macho
