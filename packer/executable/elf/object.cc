#include "packer/executable/elf/object.h"

#include <cstring>

namespace ingot::elf {

// Segment has the layout of Elf64_Phdr and our hosts are little-endian, so the table is its memory.
static_assert(std::endian::native == std::endian::little);

Bytes encode_segments(const std::vector<Segment>& segments) {
  Bytes out(segments.size() * sizeof(Segment));
  if (!out.empty()) std::memcpy(out.data(), segments.data(), out.size());
  return out;
}

Result<std::vector<Segment>> decode_segments(ByteView bytes) {
  std::vector<Segment> segments;
  for (uint64_t at = 0; at < bytes.size(); at += sizeof(Segment))
    segments.push_back(TRY(bytes.record<Segment>(at)));
  return segments;
}

uint16_t machine_of(const Target& target) {
  return target.cpu == Cpu::kX64 ? kMachineX64 : kMachineArm64;
}

}  // namespace ingot::elf
