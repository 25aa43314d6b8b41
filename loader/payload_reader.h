// Reads a payload that may come from anywhere.
//
// Owns validation: after `open` every record has been checked against the payload's bounds, so the
// accessors cannot fail, and the entries are one tree, each with the path that its place in it
// says. It views the bytes, which have to outlive it, and never executes anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "loader/payload_format.h"

namespace ingot {

struct PayloadEntryView {
  EntryKind kind = EntryKind::kFile;
  EntryStorage storage = EntryStorage::kRaw;
  EntryFormat format = EntryFormat::kUnknown;
  bool executable = false;
  std::string_view path;
  std::string_view link_target;  // of a symlink
  ByteView stored;               // of a file
  uint32_t size = 0;             // of a file's content, bytes
  uint32_t crc = 0;
  ByteView code_cache;
  uint32_t cache_crc = 0;
  std::optional<ByteView> stripped;  // of a TypeScript file
  uint32_t stripped_crc = 0;
};

// What a file's literal specifier leads to.
struct PayloadRequest {
  std::string_view specifier;
  uint32_t target = 0;  // entry index
  bool is_import = false;
};

class PayloadReader {
 public:
  // Errors: "payload-damaged" (says which record), "payload-version".
  static Result<PayloadReader> open(ByteView payload);

  const PayloadHeader& header() const { return header_; }
  const std::vector<PayloadEntryView>& entries() const { return entries_; }
  std::string_view main_path() const { return entries_[header_.main_entry].path; }
  const RuntimeParts& runtime() const { return runtime_; }

  // Of the manifest, as it is stored; empty when nobody has signed it.
  ByteView signature() const { return signature_; }

  // The manifest's JSON, its digest checked (kIntegrity, "manifest-damaged").
  Result<std::string> manifest() const;
  // The content of a file, its checksum checked (kIntegrity, "file-damaged", with the path).
  Result<Bytes> content(const PayloadEntryView& entry) const;
  // The JavaScript made of a TypeScript file, its checksum checked ("file-damaged"); "" when there
  // is none.
  Result<ByteView> stripped(const PayloadEntryView& entry) const;
  // The resolutions of the entry with this index, those of require() first.
  std::vector<PayloadRequest> requests(uint32_t index) const;
  // Checks the bytes that belong to no file: the sections by their checksums, and nothing but zeros
  // between the blobs (kIntegrity, "payload-damaged").
  Status check_outside_files() const;
  // Of all but the manifest, which has to have the same. Reads the whole payload.
  PayloadDigests digests() const;

 private:
  Result<PayloadEntryView> read_entry(uint32_t index);
  Status read_resolutions(const PayloadEntry& entry, PayloadEntryView& view);
  Status check_tree() const;
  Status read_seal();
  bool is_blob(uint64_t offset, uint64_t size) const;

  ByteView payload_;
  uint64_t resolution_words_ = 0;  // of the records that were checked so far
  PayloadHeader header_{};
  RuntimeParts runtime_;
  ByteView manifest_;
  ByteView signature_;
  std::vector<PayloadEntryView> entries_;
};

// One zstd frame, as payloads store them. `max_size` caps what is allocated.
Bytes zstd_compress(ByteView bytes, int level);
Result<Bytes> zstd_decompress(ByteView bytes, uint64_t max_size);

}  // namespace ingot
