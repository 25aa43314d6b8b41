#include "packer/compile/temporary_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "base/file_system.h"

namespace ingot {

Result<TemporaryFolder> TemporaryFolder::create() {
  std::error_code ignored;
  std::string name = std::filesystem::temp_directory_path(ignored) / "ingot-compile-XXXXXX";
  if (mkdtemp(name.data()) == nullptr)
    return fail(input_error("file-unwritable", "cannot make a temporary folder " + name));
  return TemporaryFolder(std::move(name));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

std::string TemporaryFolder::file(std::string_view name) const {
  return join_path(path_, name);
}

}  // namespace ingot
