#include "packer/executable/elf/object.h"

#include <cstring>

namespace ingot::elf {

namespace {

// The structs have the layout of the file's and our hosts are little-endian, so a table is memory.
static_assert(std::endian::native == std::endian::little);

template <typename Record>
Bytes encode(const std::vector<Record>& records) {
  Bytes out(records.size() * sizeof(Record));
  if (!out.empty()) std::memcpy(out.data(), records.data(), out.size());
  return out;
}

template <typename Record>
Result<std::vector<Record>> decode(ByteView bytes) {
  std::vector<Record> records;
  for (uint64_t at = 0; at < bytes.size(); at += sizeof(Record))
    records.push_back(TRY(bytes.record<Record>(at)));
  return records;
}

}  // namespace

Bytes encode_segments(const std::vector<Segment>& segments) {
  return encode(segments);
}

Result<std::vector<Segment>> decode_segments(ByteView bytes) {
  return decode<Segment>(bytes);
}

Bytes encode_sections(const std::vector<Section>& sections) {
  return encode(sections);
}

Result<std::vector<Section>> decode_sections(ByteView bytes) {
  return decode<Section>(bytes);
}

Bytes encode_table_fields(const TableFields& fields) {
  return encode(std::vector<TableFields>{fields});
}

uint16_t machine_of(const Target& target) {
  return target.cpu == Cpu::kX64 ? kMachineX64 : kMachineArm64;
}

}  // namespace ingot::elf
