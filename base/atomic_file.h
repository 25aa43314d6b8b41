// Files that appear whole or not at all.
//
// Writes to a temporary name in the same folder, syncs it, then renames it into place; an object
// that is destroyed before `commit` leaves nothing behind, and a killed process leaves only a
// temporary name that starts with ".ingot-". The only way ingot writes a file.
#pragma once

#include <atomic>
#include <span>
#include <string>

#include "base/byte_view.h"
#include "base/result.h"

namespace ingot {

class AtomicFile {
 public:
  // `mode`: the permission bits of the finished file, before the umask.
  static Result<AtomicFile> create(const std::string& path, unsigned mode);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;

  // The last bytes may be held back until more come, or until one of the following.
  Status write(ByteView bytes);
  // All that was written can be read at `temporary_path`.
  Status flush();
  // Writes at an offset of what has been written so far, without moving the end.
  Status overwrite(uint64_t offset, ByteView bytes);
  // Nothing more will be written soon: the disk may begin, so that `commit` waits for less.
  void begin_writing_out() const;
  uint64_t size() const { return size_; }
  // Where the bytes are from `flush` to `commit`: for checking a file before it gets its name.
  const std::string& temporary_path() const { return temporary_; }
  // Replaces whatever has the name.
  Status commit();
  // For files that belong together: all are whole on the disk before the first gets its name.
  static Status commit_all(std::span<AtomicFile> files);

 private:
  AtomicFile() = default;
  Status sync();
  Status rename_into_place();
  std::string path_;
  std::string temporary_;
  int fd_ = -1;
  std::atomic<char*>* noted_ = nullptr;  // in the list for remove_temporary_files
  uint64_t size_ = 0;
  Bytes unwritten_;  // the last of them
};

// Removes the temporary files of all objects that are alive, for a signal handler that is about to
// end the process: it calls nothing but unlink(2), and what it forgets is not there any more.
void remove_temporary_files() noexcept;

Status write_file_atomically(const std::string& path, ByteView bytes, unsigned mode = 0644);

// Like mkdir -p, with `mode` for folders that are made.
Status make_directories(const std::string& path, unsigned mode = 0755);

}  // namespace ingot
