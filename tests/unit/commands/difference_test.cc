#include "packer/commands/difference.h"

#include <catch2/catch.hpp>
#include <set>

#include "packer/commands/anatomy.h"
#include "tests/unit/commands/handmade_executable.h"

using namespace ingot;

namespace {

// The differences as "kind: name".
std::set<std::string> names_of(ByteView before, ByteView after) {
  auto found = find_differences(before, after);
  REQUIRE(found);
  std::set<std::string> names;
  for (const Difference& difference : *found)
    names.insert(difference.kind + ": " + difference.name);
  return names;
}

}  // namespace

TEST_CASE("an executable does not differ from itself") {
  Bytes file = HandmadeExecutable().bytes();
  CHECK(names_of(file, Bytes(file)).empty());
}

TEST_CASE("the map of an executable covers each byte once") {
  Bytes file = HandmadeExecutable().bytes();
  auto sealed = open_sealed(file);
  REQUIRE(sealed);
  uint64_t at = 0;
  for (const Region& region : regions_of(*sealed)) {
    CHECK(region.offset == at);
    CHECK(region.size > 0);
    CHECK_FALSE(region.name.empty());
    at += region.size;
  }
  CHECK(at == file.size());
}

TEST_CASE("every single changed byte is named by what it belongs to") {
  Bytes file = HandmadeExecutable().bytes();
  auto sealed = open_sealed(file);
  REQUIRE(sealed);
  std::vector<Region> regions = regions_of(*sealed);
  size_t region = 0;
  for (size_t i = 0; i < file.size(); ++i) {
    while (regions[region].offset + regions[region].size <= i) ++region;
    Bytes changed = file;
    changed[i] ^= static_cast<uint8_t>(1u << (i % 8));
    auto found = find_differences(file, changed);
    CAPTURE(i, regions[region].name);
    if (!found || found->empty()) FAIL("not found");
    bool named = std::ranges::any_of(*found, [&](const Difference& difference) {
      return difference.name == regions[region].name;
    });
    // A header that leads elsewhere can change the map of what lies behind it.
    if (!named && found->size() < 2) FAIL("not named: " + found->front().name);
    if (i % 16 != 0) continue;
    auto back = find_differences(changed, file);
    if (!back || back->empty()) FAIL("not found the other way");
  }
  CHECK(file.size() > 4096);
}

TEST_CASE("an option, a package, a file, its code cache and its requests are told apart") {
  Bytes file = HandmadeExecutable().bytes();
  HandmadeExecutable other;
  SECTION("an option") {
    other.manifest.node_options = "env";
    CHECK(names_of(file, other.bytes()).contains("option: nodeOptions"));
  }
  SECTION("a package") {
    other.manifest.packages[1].version = "2.0.1";
    auto found = find_differences(file, other.bytes());
    REQUIRE(found);
    CHECK(found->front().kind == "package");
    CHECK(found->front().name == "node_modules/lib");
    CHECK(found->front().before == "lib@2.0.0");
    CHECK(found->front().after == "lib@2.0.1");
  }
  SECTION("a package more") {
    other.manifest.packages.push_back(
        {"node_modules/more", "more", "1.0.0", "registry", "sha512", ""});
    CHECK(names_of(file, other.bytes()).contains("package: node_modules/more"));
    CHECK(names_of(other.bytes(), file).contains("package: node_modules/more"));
  }
  SECTION("a file") {
    std::string text = other.main_text + "//";
    other.payload.files[0].stored = std::string_view(text);
    other.payload.files[0].content_size = static_cast<uint32_t>(text.size());
    other.manifest.files[0].sha256 = sha256_hex(std::string_view(text));
    other.manifest.files[0].size = text.size();
    auto names = names_of(file, other.bytes());
    CHECK(names.contains("file: main.js"));
    CHECK_FALSE(names.contains("file: node_modules/lib/x.txt"));
    CHECK_FALSE(names.contains("code cache: main.js"));
  }
  SECTION("a code cache") {
    other.cache = "another code cache";
    other.payload.files[0].code_cache = std::string_view(other.cache);
    other.manifest.files[0].code_cache = sha256_hex(std::string_view(other.cache));
    auto names = names_of(file, other.bytes());
    CHECK(names.contains("code cache: main.js"));
    CHECK_FALSE(names.contains("file: main.js"));
  }
  SECTION("a request that leads elsewhere") {
    other.payload.files[0].requires_[0].target = "main.js";
    CHECK(names_of(file, other.bytes()).contains("module table: main.js, requests"));
  }
  SECTION("a mode") {
    other.payload.files[0].executable = true;
    other.manifest.files[0].executable = true;
    CHECK(names_of(file, other.bytes()).contains("file: main.js, mode"));
  }
  SECTION("another target") {
    other.manifest.target = "linux-arm64";
    other.manifest.node_sha256 = std::string(64, '0');
    auto names = names_of(file, other.bytes());
    CHECK(names.contains("target: target"));
    CHECK(names.contains("runtime: Node.js binary, sha256"));
  }
}

TEST_CASE(
    "a damaged executable lends the sound one's map, and what is no executable of ours is told") {
  Bytes file = HandmadeExecutable().bytes();
  auto sealed = open_sealed(file);
  REQUIRE(sealed);
  Bytes damaged = file;
  size_t manifest = static_cast<size_t>(sealed->payload.data() - file.data()) +
                    sealed->reader.header().manifest.offset;
  damaged[manifest + 5] ^= 1;
  REQUIRE_FALSE(open_sealed(damaged));
  CHECK(names_of(file, damaged) == std::set<std::string>{"manifest: the sealed manifest"});
  CHECK(names_of(damaged, file) == std::set<std::string>{"manifest: the sealed manifest"});

  auto foreign = find_differences(file, HandmadeElf().bytes());
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == "executable-not-ingot");
  CHECK_FALSE(find_differences(damaged, Bytes(damaged)));
}
