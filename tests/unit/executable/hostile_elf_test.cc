#include <catch2/catch.hpp>
#include <random>

#include "casting.h"
#include "damage.h"
#include "handmade_elf.h"
#include "packer/executable/elf/check_layout.h"
#include "packer/executable/elf/original.h"
#include "packer/executable/elf/reader.h"

using namespace ingot;

namespace {

constexpr int kRounds = 20000;
constexpr std::pair<size_t, size_t> kSections = {HandmadeElf::kSectionsOffset,
                                                 HandmadeElf::kSectionsOffset + 5 * 64};

}  // namespace

TEST_CASE("the reader accepts no segment outside the file, whatever the headers say") {
  Bytes good = HandmadeElf().bytes();
  std::mt19937_64 random(1);
  int accepted = 0;
  for (int round = 0; round < kRounds; ++round) {
    Bytes bad = mutate(good, {{0, 64}, {64, 64 + 7 * 56}, kSections}, random);
    auto image = elf::read_elf(bad);
    if (!image) continue;
    ++accepted;
    for (const elf::Segment& segment : image->segments) {
      REQUIRE(segment.offset <= bad.size());
      REQUIRE(segment.file_size <= bad.size() - segment.offset);
    }
  }
  CHECK(accepted > 0);
  CHECK(accepted < kRounds);
}

TEST_CASE("a damaged template is cast into nothing, or into a file that is proven to be of it") {
  Bytes good = HandmadeElf().bytes();
  std::mt19937_64 random(2);
  int accepted = 0;
  for (int round = 0; round < kRounds / 20; ++round) {
    Bytes bad = mutate(good, {{0, 64}, {64, 64 + 7 * 56}, {0x640, 0x640 + 24}, kSections}, random);
    auto cast = cast_bytes(bad, source_of(ByteView(std::string_view("blob"))));
    if (!cast) continue;
    ++accepted;
    auto digest = digest_of_original(*cast);
    REQUIRE(digest);
    REQUIRE(digest->hex() == sha256_hex(bad));
  }
  CHECK(accepted > 0);
}

TEST_CASE("a damaged executable is never proven to be of its template, and never a crash") {
  Bytes original = HandmadeElf().bytes();
  auto cast = cast_bytes(original, source_of(ByteView(std::string_view("a blob of some size"))));
  REQUIRE(cast);
  const std::string digest = sha256_hex(original);
  std::mt19937_64 random(3);
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    Bytes bad = mutate(*cast, {{0, 64}, {64, 64 + 7 * 56}, {0x10000, 0x10200}, kSections}, random);
    if (bad == *cast) continue;
    auto blob = elf::find_blob(bad);
    if (blob) {
      REQUIRE(blob->data() >= bad.data());
      REQUIRE(blob->data() + blob->size() <= bad.data() + bad.size());
    }
    refused += elf::check_layout(bad) ? 0 : 1;
    auto undo = elf::prove_original(bad);
    // What is left are changes of the blob, which others answer for, and of the e_* fields, which
    // belong to the original.
    if (!undo) continue;
    auto found = digest_of_original(bad);
    REQUIRE(found);
    bool blob_only = std::equal(bad.begin(), bad.begin() + 0x10000, cast->begin());
    REQUIRE((blob_only || found->hex() != digest));
  }
  CHECK(refused > kRounds / 4);
}

TEST_CASE("a damaged template is stripped into nothing, or into a file that can be cast") {
  Bytes good = HandmadeElf().bytes();
  std::mt19937_64 random(4);
  int accepted = 0;
  for (int round = 0; round < kRounds / 20; ++round) {
    Bytes bad = mutate(good, {{0, 64}, {64, 64 + 7 * 56}, kSections}, random);
    auto stripped = stripped_bytes(bad);
    if (!stripped) continue;
    ++accepted;
    REQUIRE(stripped->size() <= bad.size() + sizeof(Elf64_Shdr) * 8);
    REQUIRE(elf::read_elf(*stripped));
  }
  CHECK(accepted > 0);
}
