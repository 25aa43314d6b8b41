#include "loader/program/notice.h"

#include "loader/program/system.h"

namespace ingot::loader {
namespace {

constexpr uint64_t kLong = 300;  // milliseconds

const char* last_component(const char* path) {
  const char* last = path;
  for (const char* at = path; *at != '\0'; ++at)
    if (*at == '/') last = at + 1;
  return last;
}

// A line as one write, so that it is not torn apart by what others write.
class Line {
 public:
  Line& add(const char* text) {
    for (; *text != '\0' && size_ < sizeof text_; ++text)
      text_[size_++] = static_cast<uint8_t>(*text);
    return *this;
  }
  void write() const { write_error(text_, size_); }

 private:
  uint8_t text_[1024];
  size_t size_ = 0;
};

}  // namespace

Notice::Notice(const char* name)
    : name_(last_component(name)), started_(milliseconds()), terminal_(is_terminal()) {}

void Notice::show_if_long() {
  if (shown_ || !terminal_ || milliseconds() - started_ < kLong) return;
  shown_ = true;
  Line().add(name_).add(": unpacking for the first start ...").write();
}

void Notice::remove() {
  if (shown_) Line().add(kEraseLine).write();
  shown_ = false;
}

void Notice::tell(const char* text) const {
  if (terminal_) Line().add(name_).add(": ").add(text).add("\n").write();
}

void complain(const char* name, const char* text, const char* subject) {
  Line line;
  line.add(last_component(name)).add(": ").add(text);
  if (subject != nullptr) line.add(" ").add(subject);
  line.add("\n").write();
}

}  // namespace ingot::loader
