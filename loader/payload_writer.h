// Lays a payload out and hands it over piece by piece.
//
// Owns offsets, order and alignment of loader/payload_format.h. File contents and code caches are
// viewed, not copied: the result is a list of pieces to be written one after the other, and the
// inputs have to live until that is done.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "loader/payload_format.h"

namespace ingot {

struct PayloadResolution {
  std::string specifier;
  std::string target;  // path of a file in the payload
};

struct PayloadFile {
  std::string path;                   // below the root, '/' between components
  EntryKind kind = EntryKind::kFile;  // kFile or kSymlink; directories are implied
  bool executable = false;
  EntryFormat format = EntryFormat::kUnknown;
  EntryStorage storage = EntryStorage::kRaw;
  bool reads_files = false;   // an addon that looks for modules on disk
  ByteView stored;            // the content, compressed if `storage` says so
  uint32_t content_size = 0;  // bytes when uncompressed
  ByteView code_cache;
  // The JavaScript that was made of a TypeScript file, which its code cache is of.
  std::optional<ByteView> stripped;
  std::string link_target;  // of a symlink, as readlink gives it
  // Of a symlink: the path in the payload it leads to in the end ("" is the root); nothing when it
  // leads nowhere.
  std::optional<std::string> real_path;
  std::vector<PayloadResolution> requires_;  // sorted by specifier
  std::vector<PayloadResolution> imports;
};

struct PayloadInput {
  std::vector<PayloadFile> files;  // in any order, paths unique
  std::string main_path;           // of the file to run
  RuntimeParts runtime;
  // Makes the manifest, as it is stored (one zstd frame), of the digests of everything else.
  // Without this function it is empty.
  std::function<Bytes(const PayloadDigests&)> manifest;
  // Signs the manifest, which was made just before; without this function nobody does.
  std::function<Result<Bytes>()> signature;
};

class Payload {
 public:
  uint64_t size() const { return size_; }
  // Concatenated they are the payload. Some view into the input, some into this object.
  const std::vector<ByteView>& pieces() const { return pieces_; }

 private:
  friend class PayloadLayout;
  std::vector<Bytes> owned_;
  std::vector<ByteView> pieces_;
  uint64_t size_ = 0;
};

// Errors: "payload-too-large" (4 GiB), "path-not-utf8" (a path or a link's target), "path-too-long"
// (`kMaxPathSize`), "main-missing" (there is no such file, or it is none).
Result<Payload> write_payload(const PayloadInput& input);

}  // namespace ingot
