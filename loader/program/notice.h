// What the loader says to a person: one line while a first start takes long, and errors.
//
// Owns standard error. The line is written to a terminal only, and gone when the application
// starts.
#pragma once

#include <cstdint>

namespace ingot::loader {

class Notice {
 public:
  // `name`: what the program was called; a path.
  explicit Notice(const char* name);
  // Shows the line when the work has taken 300 ms.
  void show_if_long();
  void remove();
  // A line that stays; on a terminal only.
  void tell(const char* text) const;

 private:
  const char* name_;
  uint64_t started_;  // milliseconds
  bool terminal_;
  bool shown_ = false;
};

// To standard error: "name: text" or "name: text subject".
void complain(const char* name, const char* text, const char* subject = nullptr);

}  // namespace ingot::loader
