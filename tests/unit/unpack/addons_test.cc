#include "packer/unpack/addons.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {
bool usable(const std::string& path, const char* target = "linux-x64") {
  return is_usable_addon(path, *find_target(target));
}
}  // namespace

TEST_CASE("a prebuilt addon is usable where its folder says") {
  CHECK(usable("prebuilds/linux-x64/a.node"));
  CHECK(usable("prebuilds/darwin-x64+arm64/a.node", "darwin-arm64"));
  CHECK_FALSE(usable("prebuilds/darwin-x64+arm64/a.node"));
  CHECK_FALSE(usable("prebuilds/linux-arm64/a.node"));
  CHECK_FALSE(usable("prebuilds/linux/a.node"));
}

TEST_CASE("a prebuilt addon's folder may name the addon and the C library, too") {
  CHECK(usable("prebuilds/HID-linux-x64/a.node"));
  CHECK(usable("prebuilds/HID_hidraw-linux-x64/a.node"));
  CHECK_FALSE(usable("prebuilds/HID-linux-x64-musl/a.node"));
  CHECK_FALSE(usable("prebuilds/HID-win32-x64/a.node"));
  CHECK(usable("prebuilds/HID-win32-x64/a.node", "win-x64"));
}

TEST_CASE("an addon in a folder that says nothing counts as usable") {
  CHECK(usable("build/Release/a.node"));
  CHECK(usable("prebuilds/a.node"));
  CHECK(usable("prebuilds/abi-115/a.node"));
  CHECK_FALSE(usable("build/Release/a.musl.node"));
  CHECK_FALSE(usable("build/Release/a.so"));
}
