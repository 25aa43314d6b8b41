// The entries of a tar archive in memory, one after the other.
//
// Owns the use of libarchive, as a reader of tar alone: no other format, no filters, nothing
// written to disk. Has no opinion on what an entry may be (packer/unpack/tarball.h has). Formats:
// old tar, ustar, pax (POSIX.1-2001), GNU long names and base-256 numbers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

enum class TarEntryKind { kFile, kDirectory, kSymbolicLink, kHardLink, kSparseFile, kOther };

struct TarEntry {
  std::string path;  // as written, not checked
  TarEntryKind kind = TarEntryKind::kFile;
  bool executable = false;  // any x bit
  uint64_t size = 0;        // of a file, as declared
  std::string link_target;
};

class TarReader {
 public:
  // `archive` has to outlive the reader. `label`: what messages call the package.
  TarReader(ByteView archive, const std::string& label);
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  // Nothing at the end. Error: "tarball-damaged" (kIntegrity), as for all that follow.
  Result<std::optional<TarEntry>> next();
  // The content of the file that `next` came to: a view into the archive.
  Result<ByteView> content();
  // What was odd, but could be read.
  const std::vector<std::string>& oddities() const { return oddities_; }

 private:
  struct Handle;
  Error damaged(const std::string& what) const;
  std::string why() const;

  ByteView bytes_;
  const std::string& label_;
  std::unique_ptr<Handle> handle_;
  TarEntry current_;
  std::vector<std::string> oddities_;
};

}  // namespace ingot
