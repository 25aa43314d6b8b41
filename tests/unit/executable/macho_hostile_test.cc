#include <catch2/catch.hpp>
#include <random>

#include "casting.h"
#include "damage.h"
#include "handmade_macho.h"
#include "packer/executable/macho/check_layout.h"
#include "packer/executable/macho/original.h"
#include "packer/executable/macho/reader.h"

using namespace ingot;

namespace {

constexpr int kRounds = 20000;
constexpr size_t kHeaders = 32 + 4 * 72 + 3 * 80 + 400;

}  // namespace

TEST_CASE("the Mach-O reader accepts no segment outside the file, whatever the headers say") {
  Bytes good = HandmadeMachO().bytes();
  std::mt19937_64 random(1);
  int accepted = 0;
  for (int round = 0; round < kRounds; ++round) {
    Bytes bad = mutate(good, {{0, kHeaders}}, random);
    auto image = macho::read_macho(bad);
    if (!image) continue;
    ++accepted;
    for (const macho::SegmentView& view : image->segments) {
      REQUIRE(view.segment.offset <= bad.size());
      REQUIRE(view.segment.file_size <= bad.size() - view.segment.offset);
    }
  }
  CHECK(accepted > 0);
  CHECK(accepted < kRounds);
}

TEST_CASE("a damaged Mach-O template is cast into nothing, or into what is proven to be of it") {
  Bytes good = HandmadeMachO().bytes();
  std::mt19937_64 random(2);
  int accepted = 0;
  for (int round = 0; round < kRounds / 10; ++round) {
    Bytes bad = mutate(good, {{0, kHeaders}, {HandmadeMachO::kLinkedit, good.size()}}, random);
    auto cast = cast_bytes(bad, source_of(ByteView(std::string_view("blob"))), "darwin-arm64");
    if (!cast) continue;
    ++accepted;
    auto digest = digest_of_original(*cast);
    INFO((digest ? "" : digest.error().message));
    REQUIRE(digest);
    REQUIRE(digest->hex() == sha256_hex(bad));
  }
  CHECK(accepted > 0);
}

TEST_CASE("a damaged Mach-O executable is never proven to be of its template, nor a crash") {
  Bytes original = HandmadeMachO().bytes();
  auto cast = cast_bytes(original, source_of(ByteView(std::string_view("a blob of some size"))),
                         "darwin-arm64");
  REQUIRE(cast);
  const std::string digest = sha256_hex(original);
  size_t segment = HandmadeMachO::kLinkedit;
  auto image = macho::read_macho(*cast);
  ptrdiff_t signed_size = macho::field(*image->command(macho::kCodeSignature), 8);
  std::mt19937_64 random(3);
  for (int round = 0; round < kRounds; ++round) {
    Bytes bad =
        mutate(*cast, {{0, kHeaders}, {segment, segment + 0x600}, {segment + 0x4000, cast->size()}},
               random);
    if (bad == *cast) continue;
    if (auto blob = macho::find_blob(bad)) {
      REQUIRE(blob->data() >= bad.data());
      REQUIRE(blob->data() + blob->size() <= bad.data() + bad.size());
    }
    // An ad hoc signature can be changed into another one, but not what is signed.
    bool same_code = bad.size() == cast->size() &&
                     std::equal(bad.begin(), bad.begin() + signed_size, cast->begin());
    Status layout = macho::check_layout(bad);
    REQUIRE((same_code || !layout));
    auto found = digest_of_original(bad);
    if (found) REQUIRE(found->hex() != digest);
  }
}

TEST_CASE("a Mach-O layout that is damaged and signed anew is judged by the loader's rules alone") {
  // What the hashes protect in the other tests: here only the rules can find it. Whatever is
  // accepted is accepted without a crash.
  auto cast =
      cast_bytes(HandmadeMachO().bytes(),
                 source_of(ByteView(std::string_view("a blob of some size"))), "darwin-arm64");
  REQUIRE(cast);
  auto image = macho::read_macho(*cast);
  uint32_t signed_size = macho::field(*image->command(macho::kCodeSignature), 8);
  auto blobs = macho::read_signature(*ByteView(*cast).slice_from(signed_size));
  REQUIRE(blobs);
  auto content = macho::read_code_directory(blobs->front().bytes);
  REQUIRE(content);
  size_t hashes = static_cast<size_t>(blobs->front().bytes.data() + blobs->front().bytes.size() -
                                      cast->data()) -
                  macho::page_count(signed_size) * macho::kHashSize;
  std::mt19937_64 random(4);
  size_t linkedit = HandmadeMachO::kLinkedit + 0x4000;
  int refused = 0;
  for (int round = 0; round < kRounds / 4; ++round) {
    Bytes bad = mutate(*cast, {{0, kHeaders}, {linkedit, signed_size}}, random);
    if (bad.size() < cast->size()) continue;
    for (size_t page = 0; page < macho::page_count(signed_size); ++page) {
      size_t begin = page * macho::kSignedPage;
      size_t size = std::min<size_t>(macho::kSignedPage, signed_size - begin);
      Bytes hash = digest_of(DigestAlgorithm::kSha256, ByteView(bad.data() + begin, size)).bytes;
      std::copy(hash.begin(), hash.end(),
                bad.begin() + static_cast<ptrdiff_t>(hashes + page * macho::kHashSize));
    }
    refused += macho::check_layout(bad) ? 0 : 1;
  }
  CHECK(refused > kRounds / 8);
}
