// Windows, without a C library: what the loader asks of kernel32 and advapi32.
//
// Owns what ../system.h builds on, and paths. Every function is one that Windows documents;
// failures are false or an invalid handle, and GetLastError says why.
#pragma once

#define WIN32_LEAN_AND_MEAN
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include <cstddef>
#include <cstdint>

namespace ingot::loader {

// Terminals before Windows 10 know no escape sequences.
inline constexpr const char* kEraseLine =
    "\r                                                                               \r";

using FileNumber = HANDLE;

// An open file that is closed at the end of the scope.
class File {
 public:
  explicit File(HANDLE handle = INVALID_HANDLE_VALUE) : handle_(handle) {}
  File(File&& other) noexcept : handle_(other.release()) {}
  File& operator=(File&& other) noexcept {
    close();
    handle_ = other.release();
    return *this;
  }
  ~File() { close(); }

  explicit operator bool() const { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE number() const { return handle_; }
  HANDLE release() {
    HANDLE handle = handle_;
    handle_ = INVALID_HANDLE_VALUE;
    return handle;
  }
  void close() {
    if (*this) CloseHandle(handle_);
    handle_ = INVALID_HANDLE_VALUE;
  }

 private:
  HANDLE handle_;
};

// A path; one that is too long is invalid, and stays so.
class Path {
 public:
  static constexpr size_t kMost = 1024;

  Path& add(const wchar_t* more) {
    for (; *more != 0; ++more) {
      if (size_ + 1 == kMost) return fail();
      text_[size_++] = *more;
    }
    text_[size_] = 0;
    return *this;
  }
  // The value of a variable of the environment; false when there is none.
  bool add_variable(const wchar_t* name) {
    DWORD size = GetEnvironmentVariableW(name, text_ + size_, static_cast<DWORD>(kMost - size_));
    if (size == 0) return false;
    if (size >= kMost - size_) fail();
    if (valid_) size_ += size;
    return true;
  }
  Path& fail() {
    valid_ = false;
    size_ = 0;
    text_[0] = 0;
    return *this;
  }
  // Whether it begins with a drive's or a server's name.
  bool is_absolute() const {
    bool slash = text_[0] == '\\' || text_[0] == '/';
    if (slash) return text_[1] == '\\' || text_[1] == '/';
    return text_[0] != 0 && text_[1] == ':' && (text_[2] == '\\' || text_[2] == '/');
  }
  explicit operator bool() const { return valid_ && size_ > 0; }
  const wchar_t* text() const { return text_; }
  wchar_t* text() { return text_; }
  size_t size() const { return size_; }

 private:
  wchar_t text_[kMost] = {};
  size_t size_ = 0;
  bool valid_ = true;
};

// Never through a link: FILE_FLAG_OPEN_REPARSE_POINT.
File open_file(const Path& path, DWORD access, DWORD shared, DWORD how, DWORD more_flags = 0);

// nullptr: there is none.
inline void* take_memory(size_t size) {
  return VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}
inline void give_back_memory(void* start, size_t) {
  VirtualFree(start, 0, MEM_RELEASE);
}

uint64_t seconds_of(const FILETIME& time);  // since 1970

}  // namespace ingot::loader
