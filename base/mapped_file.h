// A file mapped read-only, so that looking into a 150 MB executable costs only the pages looked at.
#pragma once

#include <functional>
#include <string>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

class MappedFile {
 public:
  MappedFile() = default;  // maps nothing
  // A file of no bytes maps to an empty view.
  static Result<MappedFile> open(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  // Gives back the memory of the pages that were looked at; they are read anew when looked at
  // again.
  void forget_pages() const;
  ByteView bytes() const { return ByteView(static_cast<const uint8_t*>(data_), size_); }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

// Calls `use` with the bytes in order, in parts whose size is a multiple of every page's. The parts
// of a mapped file that `use` is through with are forgotten as above: a pass over 150 MB holds no
// more than one part. Bytes from elsewhere are just handed over. Returns the first error of `use`.
Status in_parts(ByteView bytes, const std::function<Status(ByteView)>& use);

}  // namespace ingot
