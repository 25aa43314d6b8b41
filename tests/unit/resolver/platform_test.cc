#include "resolver/platform.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {
const Target kLinux = *find_target("linux-x64");
const Target kMac = *find_target("darwin-arm64");
const Target kWindows = *find_target("win-x64");
}  // namespace

TEST_CASE("os, cpu and libc decide as they do in npm") {
  CHECK_FALSE(why_unsupported({}, kLinux));
  CHECK_FALSE(why_unsupported({{"linux"}, {"x64", "arm64"}, {"glibc"}}, kLinux));
  CHECK(why_unsupported({{"darwin"}, {}, {}}, kLinux) == "needs os darwin");
  CHECK(why_unsupported({{"linux"}, {"arm64"}, {}}, kLinux) == "needs cpu arm64");
  CHECK(why_unsupported({{"linux"}, {}, {"musl"}}, kLinux) == "needs libc musl");
  CHECK_FALSE(why_unsupported({{"any"}, {"any"}, {}}, kLinux));
  CHECK(why_unsupported({{"any", "darwin"}, {}, {}}, kLinux));
  CHECK_FALSE(why_unsupported({{"!win32"}, {}, {}}, kLinux));
  CHECK(why_unsupported({{"!win32"}, {}, {}}, kWindows));
  CHECK_FALSE(why_unsupported({{"!win32", "linux"}, {}, {}}, kLinux));
  CHECK(why_unsupported({{"!win32", "linux"}, {}, {}}, kMac));
  // Where there is no libc to choose, a package that names one does not run.
  CHECK(why_unsupported({{}, {}, {"glibc"}}, kMac) == "needs libc glibc");
}

TEST_CASE("names of platform packages tell what they are for") {
  struct Case {
    const char* name;
    NamedPlatform on_linux, on_mac, on_windows;
  };
  using enum NamedPlatform;
  const Case cases[] = {
      {"@esbuild/linux-x64", kThisTarget, kAnother, kAnother},
      {"@esbuild/linux-arm64", kAnother, kAnother, kAnother},
      {"@rollup/rollup-linux-x64-gnu", kThisTarget, kAnother, kAnother},
      {"@rollup/rollup-linux-x64-musl", kAnother, kAnother, kAnother},
      {"@rollup/rollup-linux-arm-gnueabihf", kAnother, kAnother, kAnother},
      {"@rollup/rollup-win32-x64-gnu", kAnother, kAnother, kThisTarget},
      {"@swc/core-win32-ia32-msvc", kAnother, kAnother, kAnother},
      {"@img/sharp-linuxmusl-x64", kAnother, kAnother, kAnother},
      {"@cloudflare/workerd-linux-64", kThisTarget, kAnother, kAnother},
      {"@cloudflare/workerd-windows-64", kAnother, kAnother, kThisTarget},
      {"@oxc-parser/binding-wasm32-wasi", kAnother, kAnother, kAnother},
      {"fsevents", kAnother, kThisTarget, kAnother},
      {"tool-x86_64-linux", kThisTarget, kAnother, kAnother},
      {"turbo-darwin-arm64", kAnother, kThisTarget, kAnother},
      {"bufferutil", kUnknown, kUnknown, kUnknown},
      {"@linux/tool", kUnknown, kUnknown, kUnknown},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(int(platform_of_name(one.name, kLinux)) == int(one.on_linux));
    CHECK(int(platform_of_name(one.name, kMac)) == int(one.on_mac));
    CHECK(int(platform_of_name(one.name, kWindows)) == int(one.on_windows));
  }
}
