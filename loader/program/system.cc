#include "loader/program/system.h"

namespace ingot::loader {
namespace {

struct TimeOfDay {
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
};

TimeOfDay read_clock(int clock) {
  TimeOfDay time;
  call(kClockGettime, clock, as_argument(&time));
  return time;
}

constexpr int kRealTime = 0;
constexpr int kMonotonic = 1;

}  // namespace

bool write_all(int file, const uint8_t* bytes, size_t size) {
  while (size > 0) {
    long written = call(kWrite, file, as_argument(bytes), static_cast<long>(size));
    if (written == kInterrupted) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

long read_up_to(int file, uint8_t* bytes, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    long part = call(kPread, file, as_argument(bytes + done), static_cast<long>(size - done),
                     static_cast<long>(offset + done));
    if (part == kInterrupted) continue;
    if (part < 0) return part;
    if (part == 0) break;
    done += static_cast<size_t>(part);
  }
  return static_cast<long>(done);
}

uint64_t milliseconds() {
  TimeOfDay time = read_clock(kMonotonic);
  return static_cast<uint64_t>(time.seconds) * 1000 +
         static_cast<uint64_t>(time.nanoseconds) / 1000000;
}

uint64_t seconds_now() {
  return static_cast<uint64_t>(read_clock(kRealTime).seconds);
}

void leave(int code) {
  while (true) call(kExitGroup, code);
}

}  // namespace ingot::loader
