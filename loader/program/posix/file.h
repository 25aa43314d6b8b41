// An open file of a Unix.
//
// Owns closing it. Part of system.h, after the system's own header.
#pragma once

namespace ingot::loader {

// An open file that is closed at the end of the scope.
class File {
 public:
  explicit File(int number = -1) : number_(number) {}
  File(File&& other) noexcept : number_(other.release()) {}
  File& operator=(File&& other) noexcept {
    close();
    number_ = other.release();
    return *this;
  }
  ~File() { close(); }

  explicit operator bool() const { return number_ >= 0; }
  int number() const { return number_; }
  int release() {
    int number = number_;
    number_ = -1;
    return number;
  }
  void close() {
    if (number_ >= 0) close_file(number_);
    number_ = -1;
  }

 private:
  int number_;
};

}  // namespace ingot::loader
