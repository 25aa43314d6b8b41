// A payload, and all that can be asked of it once it was opened. Its checksums are made right, so
// that damage gets further than they would let it.
#include <zlib.h>

#include <cstring>

#include "loader/payload_reader.h"
#include "packer/attest/seal_signature.h"
#include "packer/cast/sealed_manifest.h"

using namespace ingot;

namespace {

void mend_checksum(Bytes& payload) {
  PayloadHeader header;
  if (payload.size() < sizeof(header)) return;
  std::memcpy(&header, payload.data(), sizeof(header));
  header.header_crc = 0;
  header.header_crc =
      static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const uint8_t*>(&header), sizeof(header)));
  std::memcpy(payload.data(), &header, sizeof(header));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)read_sealed_manifest(std::string(reinterpret_cast<const char*>(data), size));
  (void)check_seal(ByteView(data, size), "{}", nullptr);
  Bytes bytes(data, data + size);
  mend_checksum(bytes);
  auto reader = PayloadReader::open(bytes);
  if (!reader) return 0;
  (void)reader->check_outside_files();
  (void)reader->digests();
  if (auto manifest = reader->manifest()) (void)read_sealed_manifest(*manifest);
  for (uint32_t i = 0; i < reader->entries().size(); ++i) {
    const PayloadEntryView& entry = reader->entries()[i];
    for (const PayloadRequest& request : reader->requests(i))
      INGOT_CHECK(request.target < reader->entries().size());
    if (entry.kind != EntryKind::kFile || entry.size > (1 << 20)) continue;
    (void)reader->content(entry);
    (void)reader->stripped(entry);
  }
  return 0;
}
