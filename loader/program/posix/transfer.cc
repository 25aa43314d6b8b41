#include "loader/program/system.h"

namespace ingot::loader {

bool write_all(int file, const uint8_t* bytes, size_t size) {
  while (size > 0) {
    long written = write_part(file, bytes, size);
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
    long part = read_part(file, bytes + done, size - done, offset + done);
    if (part == kInterrupted) continue;
    if (part < 0) return part;
    if (part == 0) break;
    done += static_cast<size_t>(part);
  }
  return static_cast<long>(done);
}

void write_error(const uint8_t* bytes, size_t size) {
  constexpr int kStandardError = 2;
  write_all(kStandardError, bytes, size);
}

}  // namespace ingot::loader
