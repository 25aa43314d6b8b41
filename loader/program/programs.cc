#include "loader/program/programs.h"

extern "C" {
extern const uint8_t ingot_loader_linux_x64[], ingot_loader_linux_x64_end[];
extern const uint8_t ingot_loader_linux_arm64[], ingot_loader_linux_arm64_end[];
extern const uint8_t ingot_loader_darwin_x64[], ingot_loader_darwin_x64_end[];
extern const uint8_t ingot_loader_darwin_arm64[], ingot_loader_darwin_arm64_end[];
extern const uint8_t ingot_loader_win_x64[], ingot_loader_win_x64_end[];
}

namespace ingot {
namespace {

ByteView between(const uint8_t* begin, const uint8_t* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

ByteView loader_program(const Target& target) {
  if (target.name == "linux-x64")
    return between(ingot_loader_linux_x64, ingot_loader_linux_x64_end);
  if (target.name == "linux-arm64")
    return between(ingot_loader_linux_arm64, ingot_loader_linux_arm64_end);
  if (target.name == "darwin-x64")
    return between(ingot_loader_darwin_x64, ingot_loader_darwin_x64_end);
  if (target.name == "darwin-arm64")
    return between(ingot_loader_darwin_arm64, ingot_loader_darwin_arm64_end);
  if (target.name == "win-x64") return between(ingot_loader_win_x64, ingot_loader_win_x64_end);
  return {};
}

}  // namespace ingot
