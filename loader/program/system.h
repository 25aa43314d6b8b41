// What the common part of the loader asks of a system.
//
// Each system's own header has FileNumber, which is an open file, File, which closes it at the end
// of the scope, kEraseLine, which empties a terminal's line, and the memory that Memory is made of;
// its source has the functions below.
#pragma once

#if defined(_WIN32)
#include "loader/program/windows/system.h"
#else
#if defined(__APPLE__)
#include "loader/program/darwin/system.h"
#else
#include "loader/program/linux/system.h"
#endif
#include "loader/program/posix/file.h"
#endif

namespace ingot::loader {

// Memory from the system, given back at the end of the scope.
class Memory {
 public:
  explicit Memory(size_t size) : size_(size), start_(take_memory(size)) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (*this) give_back_memory(start_, size_);
  }
  explicit operator bool() const { return start_ != nullptr; }
  uint8_t* bytes() const { return static_cast<uint8_t*>(start_); }
  size_t size() const { return size_; }

 private:
  size_t size_;
  void* start_;
};

// Pages that were read count as memory of this process until they are let go.
void forget(const uint8_t* start, const uint8_t* end);

// All of it, at the file's position; a write that is interrupted goes on.
bool write_all(FileNumber file, const uint8_t* bytes, size_t size);
// As much as there is, up to `size`; negative: an error.
long read_up_to(FileNumber file, uint8_t* bytes, size_t size, uint64_t offset);
// So that a later flush has little left to do.
void begin_writing(FileNumber file, uint64_t offset, size_t size);

// Of standard error.
bool is_terminal();
void write_error(const uint8_t* bytes, size_t size);

uint64_t milliseconds();  // of a clock that runs evenly
uint64_t seconds_now();   // since 1970
[[noreturn]] void leave(int code);

}  // namespace ingot::loader
