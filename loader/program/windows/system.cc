#include "loader/program/system.h"

namespace ingot::loader {

File open_file(const Path& path, DWORD access, DWORD shared, DWORD how, DWORD more_flags) {
  if (!path) return File();
  return File(CreateFileW(path.text(), access, shared, nullptr, how,
                          FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT | more_flags,
                          nullptr));
}

// Unlocking what is not locked takes it out of the working set: Microsoft, "VirtualUnlock".
void forget(const uint8_t* start, const uint8_t* end) {
  VirtualUnlock(const_cast<uint8_t*>(start), static_cast<size_t>(end - start));
}

bool write_all(HANDLE file, const uint8_t* bytes, size_t size) {
  constexpr size_t kMostAtOnce = size_t{1} << 30;
  while (size > 0) {
    DWORD written = 0;
    auto part = static_cast<DWORD>(size < kMostAtOnce ? size : kMostAtOnce);
    if (!WriteFile(file, bytes, part, &written, nullptr) || written == 0) return false;
    bytes += written;
    size -= written;
  }
  return true;
}

long read_up_to(HANDLE file, uint8_t* bytes, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    OVERLAPPED at = {};
    at.Offset = static_cast<DWORD>(offset + done);
    at.OffsetHigh = static_cast<DWORD>((offset + done) >> 32);
    DWORD part = 0;
    if (!ReadFile(file, bytes + done, static_cast<DWORD>(size - done), &part, &at) &&
        GetLastError() != ERROR_HANDLE_EOF)
      return -1;
    if (part == 0) break;
    done += part;
  }
  return static_cast<long>(done);
}

// Windows writes out by itself what is written in order.
void begin_writing(HANDLE, uint64_t, size_t) {}

bool is_terminal() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_ERROR_HANDLE), &mode) != 0;
}

void write_error(const uint8_t* bytes, size_t size) {
  write_all(GetStdHandle(STD_ERROR_HANDLE), bytes, size);
}

uint64_t milliseconds() {
  return GetTickCount64();
}

uint64_t seconds_of(const FILETIME& time) {
  constexpr uint64_t kUnitsPerSecond = 10'000'000, kSecondsFrom1601To1970 = 11'644'473'600;
  uint64_t units = uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
  return units / kUnitsPerSecond - kSecondsFrom1601To1970;
}

uint64_t seconds_now() {
  FILETIME time;
  GetSystemTimeAsFileTime(&time);
  return seconds_of(time);
}

void leave(int code) {
  ExitProcess(static_cast<UINT>(code));
}

}  // namespace ingot::loader
