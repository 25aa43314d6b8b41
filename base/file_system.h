// The file system as the rest of the program sees it.
//
// Owns a read-only interface with a real implementation and one in memory, so that lockfile and
// resolver code can be tested without a disk and never calls std::filesystem. Writing goes through
// base/atomic_file.h. Paths are byte strings with '/' between components.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

enum class FileKind { kFile, kDirectory, kSymlink, kOther };

struct FileStatus {
  FileKind kind = FileKind::kFile;
  uint64_t size = 0;
  bool executable = false;  // any x bit
};

struct DirectoryEntry {
  std::string name;
  FileKind kind = FileKind::kFile;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Does not follow a symlink at the end of `path`. Nothing there: an error with code "not-found".
  virtual Result<FileStatus> status(const std::string& path) const = 0;
  // Refuses files larger than `max_size` bytes ("file-too-large").
  virtual Result<std::string> read(const std::string& path, uint64_t max_size) const = 0;
  // Sorted by name, bytewise.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) const = 0;
  virtual Result<std::string> read_link(const std::string& path) const = 0;

  bool is_file(const std::string& path) const;
  bool is_directory(const std::string& path) const;
};

// The machine's own.
const FileSystem& real_file_system();

// For tests: a map from absolute path to content; directories are implied.
class MemoryFileSystem final : public FileSystem {
 public:
  void add(std::string path, std::string content) { files_[std::move(path)] = std::move(content); }

  Result<FileStatus> status(const std::string& path) const override;
  Result<std::string> read(const std::string& path, uint64_t max_size) const override;
  Result<std::vector<DirectoryEntry>> list(const std::string& path) const override;
  Result<std::string> read_link(const std::string& path) const override;

 private:
  std::map<std::string, std::string> files_;
};

// "a/b" and "c" -> "a/b/c"; an absolute `name` wins.
std::string join_path(std::string_view folder, std::string_view name);
// "a/b/c" -> "a/b"; "/" and "" for what has no folder.
std::string parent_path(std::string_view path);
std::string_view base_name(std::string_view path);
// The path with ".", ".." and double slashes resolved, without asking the disk. A relative path
// that climbs above its start keeps its leading "..".
std::string normal_path(std::string_view path);
// Whether a relative path stays below its start: not absolute, no "..", no empty component, no NUL,
// no backslash.
bool is_safe_relative_path(std::string_view path);

}  // namespace ingot
