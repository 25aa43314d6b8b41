#include "packer/cast/earlier_outputs.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/atomic_file.h"

using namespace ingot;

TEST_CASE("only large executables with a blob count as earlier outputs") {
  std::string folder = std::filesystem::temp_directory_path() / "ingot-unit-outputs";
  std::filesystem::remove_all(folder);
  REQUIRE(make_directories(folder + "/dist"));
  REQUIRE(write_file_atomically(folder + "/small", std::string_view("\x7f"
                                                                    "ELF")));
  REQUIRE(write_file_atomically(folder + "/dist/data", Bytes(size_t{21} << 20, 'x')));
  CHECK(earlier_outputs(real_file_system(), folder).empty());
  CHECK(earlier_outputs(real_file_system(), folder + "/none").empty());
  std::filesystem::remove_all(folder);
}
