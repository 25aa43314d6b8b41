#include "packer/executable/pe/writer.h"

#include "base/mapped_file.h"
#include "packer/executable/pe/checksum.h"

namespace ingot::pe {
namespace {

constexpr uint64_t kLargestGap = 0x10000;  // the largest file alignment there is

class SummedFile {
 public:
  explicit SummedFile(AtomicFile& out) : out_(out) {}

  Status write(ByteView bytes) {
    return in_parts(bytes, [&](ByteView part) -> Status {
      checksum_.update(part);
      return out_.write(part);
    });
  }
  Status write_zeros_up_to(uint64_t offset) {
    INGOT_CHECK(size() <= offset && offset - size() <= kLargestGap);
    return write(Bytes(offset - size()));
  }
  uint64_t size() const { return out_.size(); }
  uint32_t checksum() const { return checksum_.finish(); }

 private:
  AtomicFile& out_;
  Checksum checksum_;
};

}  // namespace

Status write_pe(ByteView original, const Layout& layout, const ByteSource& blob, AtomicFile& out) {
  INGOT_CHECK(out.size() == 0);
  SummedFile file(out);
  for (const Patch& patch : layout.patches) {
    ByteView unchanged = TRY(original.slice(file.size(), patch.offset - file.size()));
    TRY(file.write(unchanged));
    TRY(file.write(patch.bytes));
  }
  ByteView rest = TRY(original.slice(file.size(), layout.kept_size - file.size()));
  TRY(file.write(rest));

  TRY(file.write_zeros_up_to(layout.section_offset));
  TRY(file.write(layout.section_head));
  INGOT_CHECK(file.size() == layout.blob_offset && blob.size == layout.blob_size);
  TRY(drain(blob, [&](ByteView bytes) { return file.write(bytes); }));
  TRY(file.write_zeros_up_to(layout.file_size));

  uint32_t checksum = file.checksum();
  Bytes field(sizeof(checksum));
  std::memcpy(field.data(), &checksum, sizeof(checksum));
  return out.overwrite(layout.checksum_offset, field);
}

}  // namespace ingot::pe
