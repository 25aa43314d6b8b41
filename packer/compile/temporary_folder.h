// A folder of our own, in the machine's place for temporary files, that is gone with the object.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

class TemporaryFolder {
 public:
  // Error: "file-unwritable".
  static Result<TemporaryFolder> create();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  // The path of a file in it.
  std::string file(std::string_view name) const;

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace ingot
