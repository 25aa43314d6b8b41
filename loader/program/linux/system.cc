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

constexpr int kStandardError = 2;
constexpr int kRealTime = 0;
constexpr int kMonotonic = 1;

}  // namespace

void forget(const uint8_t* start, const uint8_t* end) {
  constexpr uint64_t kPage = 0x10000;  // of any kernel, or more
  constexpr int kDontNeed = 4;         // MADV_DONTNEED
  auto from = (reinterpret_cast<uintptr_t>(start) + kPage - 1) / kPage * kPage;
  auto to = reinterpret_cast<uintptr_t>(end) / kPage * kPage;
  if (to > from) call(kMadvise, static_cast<long>(from), static_cast<long>(to - from), kDontNeed);
}

void begin_writing(int file, uint64_t offset, size_t size) {
  constexpr int kStartWriting = 2;  // SYNC_FILE_RANGE_WRITE
  call(kSyncFileRange, file, static_cast<long>(offset), static_cast<long>(size), kStartWriting);
}

bool is_terminal() {
  constexpr long kGetAttributes = 0x5401;  // TCGETS
  uint8_t attributes[64];
  return call(kIoctl, kStandardError, kGetAttributes, as_argument(attributes)) == 0;
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
