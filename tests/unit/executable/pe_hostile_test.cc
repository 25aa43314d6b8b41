#include <catch2/catch.hpp>
#include <random>

#include "base/digest.h"
#include "casting.h"
#include "handmade_pe.h"
#include "packer/executable/pe/check_layout.h"
#include "packer/executable/pe/original.h"
#include "packer/executable/pe/reader.h"
#include "packer/executable/pe/resources.h"

using namespace ingot;

namespace {

constexpr int kRounds = 20000;
using Ranges = std::vector<std::pair<size_t, size_t>>;

// Values that break arithmetic, and small steps away from what is there.
uint64_t nasty(std::mt19937_64& random, uint64_t old) {
  constexpr uint64_t kValues[] = {0,      1,       7,          0x200,      0xffff,
                                  0x1000, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
                                  ~0ull,  0x3000,  0x5000,     0x80000010, 1ull << 63};
  switch (random() % 3) {
    case 0:
      return kValues[random() % std::size(kValues)];
    case 1:
      return old + random() % 17 - 8;
    default:
      return old ^ (uint64_t{1} << (random() % 64));
  }
}

// Changes one to four integers somewhere in the ranges.
Bytes mutate(const Bytes& good, const Ranges& ranges, std::mt19937_64& random) {
  Bytes out = good;
  for (size_t count = 1 + random() % 4; count > 0; --count) {
    auto [begin, end] = ranges[random() % ranges.size()];
    size_t width = size_t{1} << (random() % 4);
    size_t at = (begin + random() % (end - begin)) / width * width;
    if (at + width > out.size()) continue;
    uint64_t value = 0;
    std::memcpy(&value, out.data() + at, width);
    value = nasty(random, value);
    std::memcpy(out.data() + at, &value, width);
  }
  if (random() % 16 == 0) out.resize(random() % out.size());
  return out;
}

const Ranges kTemplateRanges = {
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
  const Ranges ranges = {{0x3c, 0x40},
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
