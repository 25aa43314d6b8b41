// A file mapped read-only, so that looking into a 150 MB executable costs only the pages looked at.
#pragma once

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

}  // namespace ingot
