// macOS, through the one library that every process of it has.
//
// Owns the numbers of the few calls that the loader makes; libsystem.h has the calls. Functions
// return what Linux' do, -errno included, so that posix/ serves both.
#pragma once

#include "loader/program/darwin/libsystem.h"

namespace ingot::loader {

// Of <sys/errno.h>, with a minus.
enum ErrorNumber : long { kInterrupted = -4 };
// Of <sys/fcntl.h>.
enum OpenFlag : int {
  kReadOnly = 0,
  kWriteOnly = 1,
  kReadWrite = 2,
  kNoFollow = 0x100,
  kCreate = 0x200,
  kExclusive = 0x800,
  kDirectory = 0x100000,
  kCloseOnExec = 0x1000000,
};
inline constexpr int kCurrentFolder = -2;  // AT_FDCWD
inline constexpr const char* kEraseLine = "\r\033[K";
inline constexpr const char* kHomeCaches = "/Library/Caches";

using FileNumber = int;

inline int open_at(int folder, const char* path, int flags, int mode = 0) {
  return darwin::openat(folder, path, flags | kCloseOnExec, mode);
}

// As much as the kernel takes or gives at once.
inline long write_part(int file, const uint8_t* bytes, size_t size) {
  long written = darwin::write(file, bytes, size);
  return written < 0 ? -*darwin::__error() : written;
}
inline long read_part(int file, uint8_t* bytes, size_t size, uint64_t offset) {
  long read = darwin::pread(file, bytes, size, static_cast<int64_t>(offset));
  return read < 0 ? -*darwin::__error() : read;
}
inline void close_file(int file) {
  darwin::close(file);
}

// nullptr: there is none. Numbers of <sys/mman.h>.
inline void* take_memory(size_t size) {
  constexpr int kReadWriteMemory = 3, kPrivate = 2, kAnonymous = 0x1000;
  void* start = darwin::mmap(nullptr, size, kReadWriteMemory, kPrivate | kAnonymous, -1, 0);
  return start == reinterpret_cast<void*>(-1) ? nullptr : start;
}
inline void give_back_memory(void* start, size_t size) {
  darwin::munmap(start, size);
}

}  // namespace ingot::loader
