#include "packer/executable/elf/compact.h"

#include <catch2/catch.hpp>

#include "casting.h"
#include "handmade_elf.h"
#include "loader/payload_reader.h"
#include "loader/program/programs.h"
#include "packer/executable/inject.h"

using namespace ingot;

namespace {

constexpr size_t kMostLoader = 400'000;  // bytes
constexpr size_t kLoaderBoundary = 0x10000;
const std::string kBlob = "the application";

struct Sample {
  Bytes binary = HandmadeElf().bytes();
  Digest sha256 = digest_of(DigestAlgorithm::kSha256, binary);
  Bytes frame = zstd_compress(binary, 9);

  Bytes compact(bool hash_always = false) const {
    auto header = elf::describe_runtime(binary, sha256, hash_always);
    REQUIRE(header);
    auto out = elf::make_compact(loader_program(*find_target("linux-x64")), *header, frame);
    REQUIRE(out);
    return std::move(*out);
  }
};

Bytes cast_ok(const Bytes& original) {
  auto cast = cast_bytes(original, source_of(ByteView(kBlob)));
  REQUIRE(cast);
  return std::move(*cast);
}

// Where the record is: at the beginning of a segment.
size_t record_of(const Bytes& file) {
  for (size_t at = 0; at + sizeof(CompactHeader) <= file.size(); at += kLoaderBoundary)
    if (*ByteView(file).le<uint32_t>(at) == kCompactMagic) return at;
  FAIL("no record");
  return 0;
}

}  // namespace

TEST_CASE("the loaders are small; one for this machine is always there") {
  CHECK(loader_program(*find_target("linux-x64")).size() > 0);
  size_t loaders = 0;
  for (const Target& target : kTargets) {
    CAPTURE(target.name);
    size_t size = loader_program(target).size();
    CHECK(size <= kMostLoader);
    loaders += size > 0;
  }
  WARN(loaders << " loaders compared");
}

TEST_CASE(
    "a compact executable would load, and gives its runtime, its original and its blob back") {
  Sample sample;
  Bytes original = sample.compact();
  Bytes cast = cast_ok(original);
  CHECK(check_executable(cast));
  CHECK(find_sea_blob(cast)->text() == kBlob);
  CHECK(digest_of_original(cast)->hex() == sha256_hex(original));
  for (const Bytes* file : {&original, &cast}) {
    auto parts = elf::find_compact(*file);
    REQUIRE(parts);
    REQUIRE(*parts);
    CHECK((*parts)->header.runtime_size == sample.binary.size());
    CHECK((*parts)->header.flags == 0);
    CHECK(*digest_of_frame(**parts) == sample.sha256);
  }
}

TEST_CASE("the loader is told where Node's fuse is in memory") {
  Sample sample;
  auto header = elf::describe_runtime(sample.binary, sample.sha256, true);
  REQUIRE(header);
  size_t fuse = *ByteView(sample.binary).find(kFuseText) + kFuseText.size();
  CHECK(header->fuse_address == HandmadeElf::kBase + fuse);
  CHECK(header->flags == kCompactHashAlways);
}

TEST_CASE("a direct executable has no compressed runtime") {
  auto parts = elf::find_compact(cast_ok(HandmadeElf().bytes()));
  REQUIRE(parts);
  CHECK_FALSE(*parts);
}

TEST_CASE("no byte of the record of a compressed runtime can change unnoticed") {
  Bytes file = Sample().compact();
  size_t record = record_of(file);
  for (size_t i = sizeof(uint32_t); i < sizeof(CompactHeader); ++i) {  // after the magic number
    CAPTURE(i);
    file[record + i] ^= 0x10;
    auto parts = elf::find_compact(file);
    file[record + i] ^= 0x10;
    REQUIRE_FALSE(parts);
    CHECK(parts.error().code == "compact-damaged");
    CHECK(parts.error().kind == ErrorKind::kIntegrity);
  }
}

TEST_CASE("a damaged or a foreign frame is an error, whatever its record says") {
  Sample sample;
  auto check = [&](const Bytes& frame, uint64_t size) {
    CompactHeader header = *elf::describe_runtime(sample.binary, sample.sha256, false);
    header.runtime_size = size;
    auto digest = digest_of_frame({header, frame});
    REQUIRE_FALSE(digest);
    CHECK(digest.error().code == "compact-damaged");
  };
  Bytes cut(sample.frame.begin(), sample.frame.end() - 5);
  Bytes longer = sample.frame;
  longer.push_back(0);
  check(cut, sample.binary.size());
  check(longer, sample.binary.size());
  check(sample.binary, sample.binary.size());
  check({}, sample.binary.size());
  check(sample.frame, sample.binary.size() - 1);
  check(sample.frame, sample.binary.size() + 1);
}

TEST_CASE("a record of more than a runtime can be is not believed, whatever its digest says") {
  CompactHeader header = new_compact_header(kMaxCompactRuntime, Digest(Sample().sha256), false);
  CHECK(read_parts(seal_header(header, 0)));
  ++header.runtime_size;
  auto parts = read_parts(seal_header(header, 0));
  REQUIRE_FALSE(parts);
  CHECK(parts.error().code == "compact-damaged");
}

TEST_CASE("only a binary that the loader can map is taken") {
  Sample sample;
  HandmadeElf moved;
  moved.header.e_type = ET_DYN;
  auto header = elf::describe_runtime(moved.bytes(), sample.sha256, false);
  REQUIRE_FALSE(header);
  CHECK(header.error().code == "elf-not-exec");

  auto compact = elf::make_compact(HandmadeElf().bytes(), CompactHeader{}, sample.frame);
  REQUIRE_FALSE(compact);
  CHECK(compact.error().code == "elf-no-slot");
}
