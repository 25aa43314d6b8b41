// The platforms an executable can be made for.
//
// A target is an operating system, a CPU and, on Linux, a C library; it has one short name
// ("linux-x64") and the words npm's manifests use for its parts ("linux", "x64", "glibc").
#pragma once

#include <optional>
#include <string_view>

namespace ingot {

enum class Os { kLinux, kDarwin, kWindows };
enum class Cpu { kX64, kArm64 };
enum class Libc { kNone, kGlibc };

struct Target {
  std::string_view name;  // "linux-x64", "win-x64"
  Os os;
  Cpu cpu;
  Libc libc;

  std::string_view npm_os() const;             // process.platform: "linux", "darwin", "win32"
  std::string_view npm_cpu() const;            // process.arch: "x64", "arm64"
  std::string_view npm_libc() const;           // "glibc", or "" where there is only one
  std::string_view executable_suffix() const;  // ".exe" or ""
  bool operator==(const Target& other) const { return name == other.name; }
};

inline constexpr Target kTargets[] = {
    {"linux-x64", Os::kLinux, Cpu::kX64, Libc::kGlibc},
    {"linux-arm64", Os::kLinux, Cpu::kArm64, Libc::kGlibc},
    {"darwin-x64", Os::kDarwin, Cpu::kX64, Libc::kNone},
    {"darwin-arm64", Os::kDarwin, Cpu::kArm64, Libc::kNone},
    {"win-x64", Os::kWindows, Cpu::kX64, Libc::kNone},
};

std::optional<Target> find_target(std::string_view name);
// The one this program runs on.
Target host_target();

}  // namespace ingot
