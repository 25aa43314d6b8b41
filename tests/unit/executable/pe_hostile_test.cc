#include <catch2/catch.hpp>
#include <random>

#include "base/digest.h"
#include "casting.h"
#include "damage.h"
#include "handmade_pe.h"
#include "packer/executable/pe/check_layout.h"
#include "packer/executable/pe/original.h"
#include "packer/executable/pe/reader.h"
#include "packer/executable/pe/resources.h"

using namespace ingot;

namespace {

constexpr int kRounds = 20000;

const DamageRanges kTemplateRanges = {
    {0x3c, 0x40},
    {0x80, 0x84 + 260 + 5 * 40},
    {HandmadePe::kResourcesOffset, HandmadePe::kResourcesOffset + 0x200}};

}  // namespace

TEST_CASE("the PE reader accepts nothing outside the file, whatever headers and trees say") {
  Bytes good = HandmadePe().bytes();
  std::mt19937_64 random(1);
  int accepted = 0;
  for (int round = 0; round < kRounds; ++round) {
    Bytes bad = mutate(good, kTemplateRanges, random);
    auto image = pe::read_pe(bad);
    if (!image) continue;
    for (const pe::SectionHeader& section : image->sections) {
      if (section.file_size == 0) continue;
      REQUIRE(uint64_t{section.file_offset} + section.file_size <= bad.size());
    }
    auto resources = pe::read_resources(*image, bad);
    if (!resources) continue;
    ++accepted;
    for (const pe::Resource& resource : *resources) {
      REQUIRE(resource.data.data() >= bad.data());
      REQUIRE(resource.data.data() + resource.data.size() <= bad.data() + bad.size());
    }
  }
  CHECK(accepted > 0);
  CHECK(accepted < kRounds);
}

TEST_CASE("a damaged PE template is cast into nothing, or into a file that is proven to be of it") {
  Bytes good = HandmadePe().bytes();
  std::mt19937_64 random(2);
  int accepted = 0;
  for (int round = 0; round < kRounds / 20; ++round) {
    Bytes bad = mutate(good, kTemplateRanges, random);
    auto cast = cast_bytes(bad, source_of(ByteView(std::string_view("blob"))), "win-x64");
    if (!cast) continue;
    ++accepted;
    auto digest = digest_of_original(*cast);
    REQUIRE(digest);
    REQUIRE(digest->hex() == sha256_hex(bad));
  }
  CHECK(accepted > 0);
}

TEST_CASE("a damaged PE executable is never taken for a sound one, and never a crash") {
  Bytes original = HandmadePe().bytes();
  const std::string text = "a blob of some size";
  auto cast = cast_bytes(original, source_of(ByteView(text)), "win-x64");
  REQUIRE(cast);
  const DamageRanges ranges = {{0x3c, 0x40},
                               {0x80, 0x84 + 260 + 5 * 40},
                               {HandmadePe::kSize, HandmadePe::kSize + 0x300},
                               {HandmadePe::kSize + 0x300, cast->size()}};
  std::mt19937_64 random(3);
  for (int round = 0; round < kRounds; ++round) {
    Bytes bad = mutate(*cast, ranges, random);
    if (bad == *cast) continue;
    auto blob = pe::find_blob(bad);
    if (blob) {
      REQUIRE(blob->data() >= bad.data());
      REQUIRE(blob->data() + blob->size() <= bad.data() + bad.size());
    }
    // What the proof leaves to others is the blob and the presentation, and few changes of those
    // leave the checksum as it was.
    auto digest = digest_of_original(bad);
    auto shown = digest_of_presentation(bad);
    bool sound = digest && digest->hex() == sha256_hex(original) && pe::check_layout(bad) && blob &&
                 blob->text() == text && shown && *shown == *digest_of_presentation(*cast);
    REQUIRE_FALSE(sound);
  }
}
