#include "base/new_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/atomic_file.h"
#include "base/file_system.h"

namespace ingot {
namespace {

Error unwritable(const std::string& path, int error) {
  return input_error("file-unwritable", "cannot write " + path + ": " + std::strerror(error))
      .hinted("check the permissions of its folder and the space on its disk");
}

Error not_empty(const std::string& path) {
  return input_error("output-exists", path + " is there already, and is no empty folder")
      .hinted("name a folder that does not exist yet");
}

}  // namespace

Result<NewFolder> NewFolder::create(const std::string& path) {
  auto status = real_file_system().status(path);
  if (status) {
    if (status->kind != FileKind::kDirectory) return fail(not_empty(path));
    if (!TRY(real_file_system().list(path)).empty()) return fail(not_empty(path));
  }
  TRY(make_directories(parent_path(path)));
  std::string temporary = join_path(parent_path(path), ".ingot-XXXXXX");
  if (mkdtemp(temporary.data()) == nullptr) return fail(unwritable(path, errno));
  NewFolder folder(path, temporary);
  if (mkdir((temporary + "/tree").c_str(), 0755) != 0) return fail(unwritable(path, errno));
  return folder;
}

NewFolder::NewFolder(NewFolder&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, "")) {}

NewFolder::~NewFolder() {
  if (temporary_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(temporary_, ignored);
}

Status NewFolder::add_folder(const std::string& path) {
  if (mkdir(place(path).c_str(), 0755) != 0) return fail(unwritable(path, errno));
  return {};
}

Status NewFolder::add_file(const std::string& path, ByteView content, bool executable) {
  int fd = open(place(path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                executable ? 0755 : 0644);
  if (fd < 0) return fail(unwritable(path, errno));
  int error = 0;
  for (size_t at = 0; at < content.size() && error == 0;) {
    ssize_t written = write(fd, content.data() + at, content.size() - at);
    if (written >= 0)
      at += static_cast<size_t>(written);
    else if (errno != EINTR)
      error = errno;
  }
  if (close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return fail(unwritable(path, error));
  return {};
}

Status NewFolder::add_link(const std::string& path, const std::string& target) {
  if (symlink(target.c_str(), place(path).c_str()) != 0) return fail(unwritable(path, errno));
  return {};
}

Status NewFolder::commit() {
  // Replaces an empty folder, and nothing else.
  if (rename((temporary_ + "/tree").c_str(), path_.c_str()) != 0) {
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) return fail(not_empty(path_));
    return fail(unwritable(path_, errno));
  }
  return {};
}

}  // namespace ingot
