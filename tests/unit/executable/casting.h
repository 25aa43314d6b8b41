// Casting in a folder of the test's own.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/atomic_file.h"
#include "base/mapped_file.h"
#include "packer/executable/inject.h"

namespace ingot {

class TestFolder {
 public:
  TestFolder()
      : path_((std::filesystem::temp_directory_path() /
               ("ingot-unit-executable-" + std::to_string(getpid())))
                  .string()) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline Status cast_to(const std::string& path, ByteView original, const Target& target,
                      const ByteSource& blob) {
  AtomicFile out = TRY(AtomicFile::create(path, 0755));
  TRY(cast_executable(original, target, blob, out));
  return out.commit();
}

// Without a commit, which would wait for the disk.
inline Result<Bytes> stripped_bytes(ByteView original) {
  TestFolder folder;
  AtomicFile out = TRY(AtomicFile::create(folder.file("stripped"), 0755));
  TRY(strip_executable(original, out));
  TRY(out.commit());
  MappedFile file = TRY(MappedFile::open(folder.file("stripped")));
  return Bytes(file.bytes().begin(), file.bytes().end());
}

inline Result<Bytes> cast_bytes(ByteView original, const ByteSource& blob,
                                std::string_view target = "linux-x64",
                                const CastOptions& options = {}) {
  TestFolder folder;
  AtomicFile out = TRY(AtomicFile::create(folder.file("out"), 0755));
  TRY(cast_executable(original, *find_target(target), blob, out, options));
  TRY(out.flush());
  MappedFile file = TRY(MappedFile::open(out.temporary_path()));
  return Bytes(file.bytes().begin(), file.bytes().end());
}

}  // namespace ingot
