#include "base/target.h"

namespace ingot {

std::string_view Target::npm_os() const {
  switch (os) {
    case Os::kLinux:
      return "linux";
    case Os::kDarwin:
      return "darwin";
    case Os::kWindows:
      return "win32";
  }
  return "";
}

std::string_view Target::npm_cpu() const {
  return cpu == Cpu::kX64 ? "x64" : "arm64";
}

std::string_view Target::npm_libc() const {
  return libc == Libc::kGlibc ? "glibc" : "";
}

std::string_view Target::executable_suffix() const {
  return os == Os::kWindows ? ".exe" : "";
}

std::optional<Target> find_target(std::string_view name) {
  for (const Target& target : kTargets)
    if (target.name == name) return target;
  return std::nullopt;
}

Target host_target() {
#if defined(__aarch64__)
  return *find_target("linux-arm64");
#else
  return *find_target("linux-x64");
#endif
}

}  // namespace ingot
