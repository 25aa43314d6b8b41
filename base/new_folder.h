// A folder with everything in it, that appears whole or not at all.
//
// Owns a folder under a temporary name (".ingot-...") beside the final one, and filling it: it
// never writes over anything, nor through a link. An object that is destroyed before `commit`
// removes it.
#pragma once

#include <string>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

class NewFolder {
 public:
  // Errors: "output-exists" when `path` is there and no empty folder, "file-unwritable".
  static Result<NewFolder> create(const std::string& path);
  ~NewFolder();
  NewFolder(NewFolder&& other) noexcept;
  NewFolder& operator=(NewFolder&&) = delete;

  // Each path is relative, and its folder has been added before. Modes are before the umask.
  Status add_folder(const std::string& path);
  Status add_file(const std::string& path, ByteView content, bool executable);
  Status add_link(const std::string& path, const std::string& target);
  Status commit();

 private:
  NewFolder(std::string path, std::string temporary)
      : path_(std::move(path)), temporary_(std::move(temporary)) {}
  std::string place(const std::string& path) const { return temporary_ + "/tree/" + path; }

  std::string path_;
  std::string temporary_;  // holds "tree"; "" when there is nothing to remove
};

}  // namespace ingot
