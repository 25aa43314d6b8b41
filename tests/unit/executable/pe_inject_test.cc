#include <catch2/catch.hpp>

#include "base/digest.h"
#include "casting.h"
#include "handmade_pe.h"
#include "packer/executable/pe/check_layout.h"
#include "packer/executable/pe/checksum.h"
#include "packer/executable/pe/original.h"
#include "packer/executable/pe/reader.h"
#include "packer/executable/sea_blob.h"

using namespace ingot;

namespace {

const std::string kBlob = "the blob, of no multiple of four bytes";

Bytes cast_ok(const Bytes& original, std::string_view blob = kBlob) {
  auto cast = cast_bytes(original, source_of(ByteView(blob)), "win-x64");
  REQUIRE(cast);
  return std::move(*cast);
}

std::string refusal(const HandmadePe& pe, std::string_view target = "win-x64") {
  auto cast = cast_bytes(pe.bytes(), source_of(ByteView(kBlob)), target);
  return cast ? "accepted" : cast.error().code;
}

// The template's resources as a cast file has them.
std::vector<pe::Resource> resources_of(const Bytes& file) {
  auto image = pe::read_pe(file);
  REQUIRE(image);
  auto resources = pe::read_resources(*image, file);
  REQUIRE(resources);
  return *resources;
}

}  // namespace

TEST_CASE("a cast PE file carries its blob, aligned, and would load") {
  Bytes original = HandmadePe().bytes();
  Bytes cast = cast_ok(original);
  Status layout = check_executable(cast);
  CAPTURE(layout ? "" : layout.error().message);
  CHECK(layout);
  auto blob = find_sea_blob(cast);
  REQUIRE(blob);
  CHECK(blob->text() == kBlob);
  CHECK((blob->data() - cast.data()) % kSeaBlobAlignment == 0);
}

TEST_CASE("no byte of a PE template moves but its certificates, which are cut off") {
  HandmadePe pe;
  Bytes original = pe.bytes();
  Bytes cast = cast_ok(original);
  size_t fuse = *ByteView(original).find(kFuseText) + kFuseText.size();
  size_t headers_end = HandmadePe::kHeadersOffset + 260 + 40 * (pe.sections.size() + 1);
  size_t changed = 0;
  for (size_t i = 0; i < HandmadePe::kSize; ++i) {
    if (original[i] == cast[i]) continue;
    CHECK((i == fuse || (i >= HandmadePe::kHeadersOffset && i < headers_end)));
    ++changed;
  }
  CHECK(changed > 1);
  CHECK(cast[fuse] == '1');
  auto image = pe::read_pe(cast);
  REQUIRE(image);
  CHECK(image->directory(pe::kCertificates) == pe::Directory{});
  CHECK(image->sections.size() == pe.sections.size() + 1);
}

TEST_CASE("the new section has the whole resource tree and all of its data") {
  HandmadePe pe;
  Bytes cast = cast_ok(pe.bytes());
  auto image = pe::read_pe(cast);
  REQUIRE(image);
  const pe::SectionHeader& section = image->sections.back();
  CHECK(std::string(section.name) == ".rsrc");
  std::vector<pe::Resource> resources = resources_of(cast);
  REQUIRE(resources.size() == pe.resources.size() + 2);
  size_t found = 0;
  for (const pe::Resource& resource : resources) {
    CHECK(static_cast<size_t>(resource.data.data() - cast.data()) >= section.file_offset);
    for (const HandmadePe::Resource& wanted : pe.resources) {
      if (!resource.is(static_cast<uint16_t>(wanted.type)) || resource.name.number != wanted.name)
        continue;
      CHECK(resource.language == wanted.language);
      CHECK(resource.data.text() == wanted.data);
      ++found;
    }
  }
  CHECK(found == pe.resources.size());
}

TEST_CASE("a template without resources gets a tree of its own") {
  HandmadePe pe;
  pe.optional.directories[pe::kResources] = {};
  Bytes cast = cast_ok(pe.bytes());
  CHECK(check_executable(cast));
  CHECK(find_sea_blob(cast)->text() == kBlob);
  CHECK(digest_of_original(cast)->hex() == sha256_hex(pe.bytes()));
}

TEST_CASE("the same PE template and blob give the same bytes, however the blob is cut") {
  Bytes original = HandmadePe().bytes();
  std::string_view text = kBlob;
  std::vector<ByteView> pieces = {text.substr(0, 5), text.substr(5, 0), text.substr(5)};
  auto cast = cast_bytes(original, source_of(pieces), "win-x64");
  REQUIRE(cast);
  CHECK(*cast == cast_ok(original));
}

TEST_CASE("the digest of the original is that of the PE template, signed or not") {
  for (const std::string& certificates : {HandmadePe().certificates, std::string()}) {
    HandmadePe pe;
    pe.certificates = certificates;
    Bytes original = pe.bytes();
    auto digest = digest_of_original(cast_ok(original));
    REQUIRE(digest);
    CHECK(digest->hex() == sha256_hex(original));
  }
}

TEST_CASE("a template for Windows on ARM is cast by the same rules") {
  Bytes original = HandmadePe(pe::kMachineArm64).bytes();
  const Target arm{"win-arm64", Os::kWindows, Cpu::kArm64, Libc::kNone};
  TestFolder folder;
  REQUIRE(cast_to(folder.file("out"), original, arm, source_of(ByteView(kBlob))));
  auto file = MappedFile::open(folder.file("out"));
  REQUIRE(file);
  CHECK(check_executable(file->bytes()));
  CHECK(digest_of_original(file->bytes())->hex() == sha256_hex(original));
}

TEST_CASE("any changed byte of a PE file is noticed, the blob's included") {
  Bytes cast = cast_ok(HandmadePe().bytes());
  size_t tried = 0;
  for (size_t i = 0; i < cast.size(); ++i) {
    for (uint8_t change : {uint8_t{0x01}, uint8_t{0xff}}) {
      cast[i] ^= change;
      auto digest = digest_of_original(cast);
      if (digest) FAIL("a change at offset " << i << " was not noticed");
      CHECK_FALSE(check_executable(cast));
      cast[i] ^= change;
    }
    ++tried;
  }
  CHECK(tried == cast.size());
}

TEST_CASE("bytes after the end of a PE file, or missing there, are an alteration") {
  Bytes cast = cast_ok(HandmadePe().bytes());
  Bytes longer = cast;
  longer.resize(longer.size() + 8);
  auto found = digest_of_original(longer);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "executable-altered");
  CHECK(found.error().kind == ErrorKind::kIntegrity);
  CHECK(check_executable(longer).error().code == "pe-layout");
  Bytes shorter(cast.begin(), cast.end() - 4);
  CHECK_FALSE(digest_of_original(shorter));
}

TEST_CASE("a changed byte is noticed though the checksum was made right again") {
  const Bytes cast = cast_ok(HandmadePe().bytes());
  uint64_t blob = static_cast<uint64_t>(find_sea_blob(cast)->data() - cast.data());
  const uint64_t checksum = HandmadePe::kHeadersOffset + 20 + 64;
  size_t noticed = 0, left = 0;
  for (size_t i = HandmadePe::kHeadersOffset; i < blob; i += 3) {
    Bytes bad = cast;
    bad[i] ^= 0x10;
    uint32_t sum = pe::checksum_of(bad, checksum);
    std::memcpy(bad.data() + checksum, &sum, sizeof(sum));
    auto digest = digest_of_original(bad);
    if (!digest || digest->hex() != sha256_hex(HandmadePe().bytes()))
      ++noticed;
    else
      ++left;
  }
  CHECK(noticed > 1000);
  // What shows the file to its user is compared with the manifest: icons, versions, the subsystem.
  CHECK(left < 100);
}

TEST_CASE("a PE file that ingot did not make is called that") {
  Bytes original = HandmadePe().bytes();
  CHECK(find_sea_blob(original).error().code == "executable-not-ingot");
  CHECK(digest_of_original(original).error().code == "executable-not-ingot");
  CHECK(check_executable(original).error().code == "pe-layout");
}

TEST_CASE("a PE template of another machine is refused") {
  CHECK(refusal(HandmadePe(pe::kMachineX64)) == "accepted");
  CHECK(refusal(HandmadePe(pe::kMachineArm64)) == "template-wrong-machine");
  CHECK(refusal(HandmadePe(0x14c)) == "template-wrong-machine");
  CHECK(refusal(HandmadePe(), "linux-x64") == "template-wrong-machine");
}

TEST_CASE("what is no 64-bit PE program is refused by name") {
  HandmadePe narrow;
  narrow.optional.magic = 0x10b;
  CHECK(refusal(narrow) == "pe-not-pe32plus");
  HandmadePe library;
  library.file.characteristics |= pe::kDll;
  CHECK(refusal(library) == "pe-not-program");
  HandmadePe directories;
  directories.optional.directory_count = 15;
  CHECK(refusal(directories) == "pe-malformed");
  for (std::string_view text :
       {std::string_view("MZ"), std::string_view("MZ\0\0", 4), std::string_view(kBlob)}) {
    Bytes short_file(text.begin(), text.end());
    short_file[0] = 'M';
    short_file[1] = 'Z';
    CHECK(cast_bytes(short_file, source_of(ByteView(kBlob)), "win-x64").error().code ==
          "pe-not-pe");
  }
}

TEST_CASE("sections that overlap, lie outside or are misaligned are refused") {
  HandmadePe overlap;
  overlap.sections[1].memory_size = 0x1001;
  CHECK(refusal(overlap) == "pe-sections-overlap");
  HandmadePe gap;
  gap.sections[3].address = 0x5000;
  gap.optional.image_size = 0x6000;
  CHECK(refusal(gap) == "pe-sections-overlap");
  HandmadePe file_overlap;
  file_overlap.sections[2].file_offset -= 0x200;
  CHECK(refusal(file_overlap) == "pe-sections-overlap");
  HandmadePe outside;
  outside.sections[3].file_size = 0x400;
  CHECK(refusal(outside) == "pe-section-outside-file");
  HandmadePe misaligned;
  misaligned.sections[1].file_offset += 0x10;
  CHECK(refusal(misaligned) == "pe-section-misaligned");
  HandmadePe odd_address;
  odd_address.sections[1].address += 0x10;
  CHECK(refusal(odd_address) == "pe-section-misaligned");
  HandmadePe size;
  size.optional.image_size += 0x1000;
  CHECK(refusal(size) == "pe-malformed");
  for (uint32_t alignment : {0u, 0x100u, 0x300u, 0x20000u}) {
    HandmadePe odd;
    odd.optional.file_alignment = alignment;
    CHECK(refusal(odd) == "pe-malformed");
  }
}

TEST_CASE("a PE template with no room for a section header is refused") {
  HandmadePe full;
  for (int i = 0; i < 24; ++i) {
    pe::SectionHeader section;
    section.memory_size = 1;
    section.address = full.optional.image_size;
    full.optional.image_size += 0x1000;
    full.sections.push_back(section);
  }
  CHECK(refusal(full) == "pe-no-slot");
  HandmadePe occupied;
  Bytes bytes = occupied.bytes();
  bytes[HandmadePe::kHeadersOffset + 260 + 40 * occupied.sections.size() + 17] = 1;
  CHECK(cast_bytes(bytes, source_of(ByteView(kBlob)), "win-x64").error().code == "pe-no-slot");
}

TEST_CASE("certificates that are not the end of the file are refused") {
  for (pe::Directory directory :
       {pe::Directory{HandmadePe::kSize, 24}, pe::Directory{HandmadePe::kSize - 8, 40},
        pe::Directory{HandmadePe::kSize + 4, 28}, pe::Directory{0xfffffff8, 40},
        pe::Directory{0, 8}}) {
    HandmadePe pe;
    pe.optional.directories[pe::kCertificates] = directory;
    CHECK(refusal(pe) == "pe-certificates-misplaced");
  }
}

TEST_CASE("resource trees that are damaged are refused by name") {
  auto spoiled = [](std::function<void(Bytes&)> spoil) {
    HandmadePe pe;
    pe.spoil_resources = std::move(spoil);
    return refusal(pe);
  };
  const std::string damaged = "pe-resources-malformed";
  auto put = [](size_t offset, uint32_t value) {
    return [=](Bytes& tree) { HandmadePe::put_integer(tree, offset, value); };
  };
  CHECK(spoiled(put(0x14, 0x80000000)) == damaged);  // a type's directory is the root
  CHECK(spoiled(put(0x14, 0x80000bfc)) == damaged);  // a directory that is cut off
  CHECK(spoiled(put(0x14, 0xffffffff)) == damaged);  // a directory far away
  CHECK(spoiled(put(0x14, 0x300)) == damaged);       // data in the place of a type
  CHECK(spoiled(put(0x10, 0x12345678)) == damaged);  // a number of 32 bits
  CHECK(spoiled(put(0x10, 0x80000bff)) == damaged);  // a name that is cut off
  CHECK(spoiled(put(0x10, 0x80000700)) == damaged);  // a name without a length
  CHECK(spoiled(put(0x10, 14)) == damaged);          // the same twice
  CHECK(spoiled(put(0x0c, 0xffff0000)) == damaged);  // more entries than fit
  HandmadePe away;
  away.optional.directories[pe::kResources] = {0x9000, 0x100};
  CHECK(refusal(away) == damaged);
  HandmadePe large;
  large.optional.directories[pe::kResources].size = 0xc01;
  CHECK(refusal(large) == damaged);
}

TEST_CASE("many entries for one directory are refused and no endless work") {
  HandmadePe pe;
  pe.spoil_resources = [](Bytes& tree) {
    // 100 types with one directory of 100 names with one directory of 100 languages.
    auto directory = [&](size_t at, uint32_t child) {
      HandmadePe::put_integer(tree, at + 12, 100 << 16);
      for (uint32_t i = 0; i < 100; ++i) {
        HandmadePe::put_integer(tree, at + 16 + 8 * i, i + 100);
        HandmadePe::put_integer(tree, at + 20 + 8 * i, child);
      }
    };
    directory(0, 0x80000000 + 0x340);
    directory(0x340, 0x80000000 + 0x680);
    directory(0x680, 0x9c0);
    HandmadePe::put_integer(tree, 0x9c0, HandmadePe::kResourcesAddress);
    HandmadePe::put_integer(tree, 0x9c4, 0xc00);
  };
  CHECK(refusal(pe) == "pe-resources-malformed");
}

TEST_CASE("a PE file that was cast already is not cast again") {
  auto again = cast_bytes(cast_ok(HandmadePe().bytes()), source_of(ByteView(kBlob)), "win-x64");
  REQUIRE_FALSE(again);
  CHECK(again.error().code == "template-already-injected");
  Bytes unset = cast_ok(HandmadePe().bytes());
  unset[*ByteView(unset).find(kFuseText) + kFuseText.size()] = '0';
  CHECK(cast_bytes(unset, source_of(ByteView(kBlob)), "win-x64").error().code ==
        "template-already-injected");
}

TEST_CASE("a fuse inside a resource is refused, for it could not be told from the resource") {
  HandmadePe pe;
  pe.data = "nothing";
  pe.resources[4].data = kFuseText + "0";
  CHECK(refusal(pe) == "pe-malformed");
}

TEST_CASE("a PE template that is cut off is refused at every length") {
  Bytes whole = HandmadePe().bytes();
  for (size_t size = 0; size < whole.size(); size += 7) {
    CAPTURE(size);
    CHECK_FALSE(cast_bytes(ByteView(whole.data(), size), source_of(ByteView(kBlob)), "win-x64"));
  }
}

TEST_CASE("a blob that Windows would not load is refused before anything is written") {
  Bytes original = HandmadePe().bytes();
  for (uint64_t size : {uint64_t{1} << 31, (uint64_t{1} << 31) - 0x1000, uint64_t{1} << 33}) {
    ByteSource huge{size, [](const ByteSink&) -> Status { std::abort(); }};
    CHECK(cast_bytes(original, huge, "win-x64").error().code == "blob-too-large");
  }
}

TEST_CASE("a checksum does not depend on the pieces in which bytes come") {
  Bytes bytes;
  for (int i = 0; i < 1001; ++i) bytes.push_back(static_cast<uint8_t>(i * 7 + i / 3));
  pe::Checksum whole;
  whole.update(bytes);
  for (size_t step : {size_t{1}, size_t{3}, size_t{8}, size_t{17}}) {
    pe::Checksum sum;
    for (size_t at = 0; at < bytes.size(); at += step)
      sum.update(ByteView(bytes.data() + at, std::min(step, bytes.size() - at)));
    CHECK(sum.finish() == whole.finish());
  }
  // Three words by hand: 0x0201 + 0xffff + 0x0003, the carry added again, and the size.
  pe::Checksum small;
  small.update(Bytes{0x01, 0x02, 0xff, 0xff, 0x03});
  CHECK(small.finish() == 0x0204 + 5);
}
