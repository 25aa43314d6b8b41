#include "packer/executable/elf/writer.h"

namespace ingot::elf {
namespace {

Status write_zeros_up_to(uint64_t offset, AtomicFile& out) {
  INGOT_CHECK(out.size() <= offset && offset - out.size() <= kSegmentBoundary);
  return out.write(Bytes(offset - out.size()));
}

}  // namespace

Status write_elf(ByteView original, const Layout& layout, const ByteSource& blob, AtomicFile& out) {
  INGOT_CHECK(out.size() == 0);
  for (const Patch& patch : layout.patches) {
    ByteView unchanged = TRY(original.slice(out.size(), patch.offset - out.size()));
    TRY(out.write(unchanged));
    TRY(out.write(patch.bytes));
  }
  ByteView rest = TRY(original.slice_from(out.size()));
  TRY(out.write(rest));
  INGOT_CHECK(out.size() == layout.original_size);

  TRY(write_zeros_up_to(layout.segment_offset, out));
  TRY(out.write(layout.notes));
  INGOT_CHECK(out.size() == layout.blob_offset && blob.size == layout.blob_size);
  TRY(drain(blob, [&](ByteView bytes) { return out.write(bytes); }));
  TRY(write_zeros_up_to(layout.sections_offset, out));
  return out.write(layout.sections);
}

}  // namespace ingot::elf
