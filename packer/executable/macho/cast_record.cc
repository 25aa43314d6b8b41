#include "packer/executable/macho/cast_record.h"

#include "packer/executable/expected_bytes.h"

namespace ingot::macho {
namespace {

constexpr std::string_view kMagic = "INGOTSEA";
constexpr uint64_t kHeadSize = 16;

void append(Bytes& out, uint32_t value) {
  for (size_t i = 0; i < sizeof(value); ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

Bytes encode_cast_record(const CastRecord& record) {
  INGOT_CHECK(record.identifier.size() <= kMaxIdentifier);
  Bytes out(kMagic.begin(), kMagic.end());
  append(out, record.signature_flags);
  append(out, static_cast<uint32_t>(record.identifier.size()));
  out.insert(out.end(), record.identifier.begin(), record.identifier.end());
  Bytes undo = encode_undo_record(record.undo);
  out.insert(out.end(), undo.begin(), undo.end());
  return out;
}

Result<CastRecord> decode_cast_record(ByteView bytes) {
  if (!bytes.text().starts_with(kMagic)) return fail(not_ours());
  CastRecord record;
  record.signature_flags = TRY(bytes.le<uint32_t>(8));
  uint32_t size = TRY(bytes.le<uint32_t>(12));
  if (size > kMaxIdentifier)
    return fail(input_error("undo-malformed", "the name in the executable is too long"));
  record.identifier = TRY(bytes.slice(kHeadSize, size)).text();
  record.undo = TRY(decode_undo_record(TRY(bytes.slice_from(kHeadSize + size))));
  return record;
}

}  // namespace ingot::macho
