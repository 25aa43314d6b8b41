#include "loader/program/system.h"

namespace ingot::loader {
namespace {

// Of <time.h>.
constexpr int kRealTime = 0;
constexpr int kMonotonic = 6;

darwin::TimeSpec read_clock(int clock) {
  darwin::TimeSpec time = {};
  darwin::clock_gettime(clock, &time);
  return time;
}

}  // namespace

void forget(const uint8_t* start, const uint8_t* end) {
  constexpr uint64_t kPage = 0x4000;  // of arm64; Intel's are smaller
  constexpr int kDontNeed = 4;        // MADV_DONTNEED
  auto from = (reinterpret_cast<uintptr_t>(start) + kPage - 1) / kPage * kPage;
  auto to = reinterpret_cast<uintptr_t>(end) / kPage * kPage;
  if (to > from) darwin::madvise(reinterpret_cast<void*>(from), to - from, kDontNeed);
}

// macOS writes out by itself what is written in order.
void begin_writing(int, uint64_t, size_t) {}

bool is_terminal() {
  constexpr int kStandardError = 2;
  return darwin::isatty(kStandardError) == 1;
}

uint64_t milliseconds() {
  darwin::TimeSpec time = read_clock(kMonotonic);
  return static_cast<uint64_t>(time.seconds) * 1000 +
         static_cast<uint64_t>(time.nanoseconds) / 1000000;
}

uint64_t seconds_now() {
  return static_cast<uint64_t>(read_clock(kRealTime).seconds);
}

void leave(int code) {
  darwin::_exit(code);
}

}  // namespace ingot::loader
