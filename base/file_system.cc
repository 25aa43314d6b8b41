#include "base/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ingot {
namespace {

Error system_error(const char* what, const std::string& path) {
  int number = errno;
  const char* code = number == ENOENT || number == ENOTDIR ? "not-found" : "file-unreadable";
  return input_error(code,
                     std::string("cannot ") + what + " " + path + ": " + std::strerror(number));
}

Error too_large(const std::string& path, uint64_t max_size) {
  return input_error("file-too-large",
                     path + " is larger than " + std::to_string(max_size) + " bytes");
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kFile;
  if (S_ISDIR(mode)) return FileKind::kDirectory;
  if (S_ISLNK(mode)) return FileKind::kSymlink;
  return FileKind::kOther;
}

class RealFileSystem final : public FileSystem {
 public:
  Result<FileStatus> status(const std::string& path) const override {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return fail(system_error("look at", path));
    return FileStatus{kind_of(info.st_mode), static_cast<uint64_t>(info.st_size),
                      (info.st_mode & 0111) != 0};
  }

  Result<std::string> read(const std::string& path, uint64_t max_size) const override {
    // Without O_NONBLOCK a FIFO would keep us waiting for somebody to write into it.
    int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return fail(system_error("open", path));
    auto content = read_all(fd, path, max_size);
    close(fd);
    return content;
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) const override {
    DIR* dir = opendir(path.c_str());
    if (dir == nullptr) return fail(system_error("list", path));
    std::vector<DirectoryEntry> entries;
    while (const dirent* entry = readdir(dir)) {
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat info {};
      if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
      entries.push_back({std::move(name), kind_of(info.st_mode)});
    }
    closedir(dir);
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return entries;
  }

  Result<std::string> read_link(const std::string& path) const override {
    std::string target(4096, '\0');
    ssize_t size = readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return fail(system_error("read the link", path));
    target.resize(static_cast<size_t>(size));
    return target;
  }

 private:
  static Result<std::string> read_all(int fd, const std::string& path, uint64_t max_size) {
    struct stat info {};
    if (fstat(fd, &info) != 0) return fail(system_error("look at", path));
    if (S_ISDIR(info.st_mode)) return fail(input_error("is-directory", path + " is a directory"));
    if (!S_ISREG(info.st_mode))
      return fail(input_error("not-a-file", path + " is not a regular file"));
    if (static_cast<uint64_t>(info.st_size) > max_size) return fail(too_large(path, max_size));
    std::string content(static_cast<size_t>(info.st_size), '\0');
    size_t filled = 0;
    while (true) {
      if (filled == content.size()) content.resize(content.size() + 4096);
      ssize_t got = ::read(fd, content.data() + filled, content.size() - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(system_error("read", path));
      if (got == 0) break;
      filled += static_cast<size_t>(got);
      if (filled > max_size) return fail(too_large(path, max_size));
    }
    content.resize(filled);
    return content;
  }
};

}  // namespace

bool FileSystem::is_file(const std::string& path) const {
  auto found = status(path);
  return found && found->kind == FileKind::kFile;
}

bool FileSystem::is_directory(const std::string& path) const {
  auto found = status(path);
  return found && found->kind == FileKind::kDirectory;
}

const FileSystem& real_file_system() {
  static const RealFileSystem instance;
  return instance;
}

Result<FileStatus> MemoryFileSystem::status(const std::string& path) const {
  if (auto file = files_.find(path); file != files_.end())
    return FileStatus{FileKind::kFile, file->second.size(), false};
  auto below = files_.lower_bound(path + "/");
  if (below != files_.end() && below->first.starts_with(path + "/"))
    return FileStatus{FileKind::kDirectory, 0, false};
  return fail(input_error("not-found", "there is no " + path));
}

Result<std::string> MemoryFileSystem::read(const std::string& path, uint64_t max_size) const {
  auto file = files_.find(path);
  if (file == files_.end()) return fail(input_error("not-found", "there is no " + path));
  if (file->second.size() > max_size) return fail(too_large(path, max_size));
  return file->second;
}

Result<std::vector<DirectoryEntry>> MemoryFileSystem::list(const std::string& path) const {
  std::string prefix = path + "/";
  std::map<std::string, FileKind> names;
  for (auto file = files_.lower_bound(prefix);
       file != files_.end() && file->first.starts_with(prefix); ++file) {
    std::string rest = file->first.substr(prefix.size());
    size_t slash = rest.find('/');
    names[rest.substr(0, slash)] =
        slash == std::string::npos ? FileKind::kFile : FileKind::kDirectory;
  }
  if (names.empty()) return fail(input_error("not-found", "there is no " + path));
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, kind] : names) entries.push_back({name, kind});
  return entries;
}

Result<std::string> MemoryFileSystem::read_link(const std::string& path) const {
  return fail(input_error("not-found", path + " is not a link"));
}

std::string join_path(std::string_view folder, std::string_view name) {
  if (name.starts_with('/') || folder.empty()) return std::string(name);
  std::string out(folder);
  if (!out.ends_with('/')) out += '/';
  return out.append(name);
}

std::string parent_path(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return "";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string_view base_name(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string normal_path(std::string_view path) {
  bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part != ".." || !absolute)
      parts.push_back(part);
  }
  std::string out = absolute ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  return out;
}

bool is_safe_relative_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos ||
      path.find('\\') != std::string_view::npos)
    return false;
  while (true) {
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace ingot
