#include <catch2/catch.hpp>

#include "casting.h"
#include "handmade_macho.h"
#include "packer/executable/macho/chained_fixups.h"
#include "packer/executable/macho/original.h"
#include "packer/executable/macho/page_hashes.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/sea_blob.h"

using namespace ingot;

namespace {

const std::string kBlob = "the blob, of no multiple of a page";

Result<Bytes> cast_with(ByteView original, std::string_view blob, std::string_view target,
                        const CastOptions& options) {
  return cast_bytes(original, source_of(ByteView(blob)), target, options);
}

Bytes cast_ok(const Bytes& original, std::string_view target = "darwin-arm64",
              const CastOptions& options = {}) {
  auto cast = cast_with(original, kBlob, target, options);
  INFO((cast ? "" : cast.error().message));
  REQUIRE(cast);
  return std::move(*cast);
}

CastOptions named(const std::string& identifier, bool hardened_runtime = false) {
  CastOptions options;
  options.identifier = identifier;
  options.hardened_runtime = hardened_runtime;
  return options;
}

std::string refusal_of(ByteView file, std::string_view target = "darwin-arm64") {
  auto cast = cast_with(file, kBlob, target, {});
  return cast ? "accepted" : cast.error().code;
}

std::string refusal(const HandmadeMachO& macho, std::string_view target = "darwin-arm64") {
  return refusal_of(macho.bytes(), target);
}

ByteView signature_of(const Bytes& file) {
  auto image = macho::read_macho(file);
  REQUIRE(image);
  const macho::Command* command = image->command(macho::kCodeSignature);
  return *ByteView(file).slice(macho::field(*command, 8), macho::field(*command, 12));
}

ByteView slot_of(const Bytes& file, uint32_t slot) {
  auto blobs = macho::read_signature(signature_of(file));
  REQUIRE(blobs);
  for (const macho::FoundBlob& blob : *blobs) {
    if (blob.slot == slot) return blob.bytes;
  }
  return {};
}

macho::SignatureContent directory_of(const Bytes& file) {
  auto content = macho::read_code_directory(slot_of(file, macho::kCodeDirectorySlot));
  REQUIRE(content);
  return *content;
}

}  // namespace

TEST_CASE("a cast Mach-O file carries its blob, aligned, and would load") {
  for (auto [cpu, target] :
       {std::pair(macho::kCpuArm64, "darwin-arm64"), std::pair(macho::kCpuX64, "darwin-x64")}) {
    Bytes cast = cast_ok(HandmadeMachO(cpu).bytes(), target);
    Status layout = check_executable(cast);
    INFO((layout ? "" : layout.error().message));
    CHECK(layout);
    auto blob = find_sea_blob(cast);
    REQUIRE(blob);
    CHECK(blob->text() == kBlob);
    CHECK((blob->data() - cast.data()) % kSeaBlobAlignment == 0);
    auto image = macho::read_macho(cast);
    REQUIRE(image);
    const macho::SegmentView* segment = image->segment("NODE_SEA");
    REQUIRE(segment != nullptr);
    CHECK(segment->sections.front().address % kSeaBlobAlignment == 0);
    CHECK(segment->segment.file_size % macho::page_size_of(cpu) == 0);
    CHECK(segment == &image->segments[image->segments.size() - 2]);
  }
}

TEST_CASE("nothing before __LINKEDIT moves, and only the header and the fuse change there") {
  HandmadeMachO macho;
  Bytes original = macho.bytes();
  Bytes cast = cast_ok(original);
  size_t fuse = *ByteView(original).find(kFuseText) + kFuseText.size();
  for (size_t i = 0; i < HandmadeMachO::kLinkedit; ++i) {
    if (original[i] != cast[i] && i != fuse && i >= HandmadeMachO::kTextOffset)
      FAIL("offset " << i << " changed");
  }
  CHECK(cast[fuse] == '1');
}

TEST_CASE("what load commands name in __LINKEDIT is the same after the move") {
  Bytes original = HandmadeMachO().bytes();
  Bytes cast = cast_ok(original);
  auto before = macho::read_macho(original);
  auto after = macho::read_macho(cast);
  REQUIRE(before);
  REQUIRE(after);
  size_t compared = 0;
  for (const macho::Command& command : before->commands) {
    if (command.type == macho::kCodeSignature || command.type == macho::kChainedFixups) continue;
    for (const macho::FileReference& place : macho::file_references(command.type)) {
      const macho::Command& moved = *after->command(command.type);
      uint64_t size = uint64_t{macho::field(command, place.size_at)} * place.unit;
      CHECK(macho::field(moved, place.size_at) == macho::field(command, place.size_at));
      auto old_bytes = ByteView(original).slice(macho::field(command, place.offset_at), size);
      auto new_bytes = ByteView(cast).slice(macho::field(moved, place.offset_at), size);
      REQUIRE(old_bytes);
      REQUIRE(new_bytes);
      CHECK(old_bytes->text() == new_bytes->text());
      if (size > 0) ++compared;
    }
  }
  CHECK(compared == 5);
}

TEST_CASE("the chained fixups know of the new segment and keep all else") {
  HandmadeMachO macho;
  Bytes original = macho.bytes();
  Bytes cast = cast_ok(original);
  auto fixups = [](const Bytes& file) {
    auto image = macho::read_macho(file);
    const macho::Command* command = image->command(macho::kChainedFixups);
    return *ByteView(file).slice(macho::field(*command, 8), macho::field(*command, 12));
  };
  ByteView before = fixups(original);
  ByteView after = fixups(cast);
  CHECK(after.size() == before.size() + 8);
  CHECK(*after.le<uint32_t>(32) == 6);
  CHECK(*after.le<uint32_t>(32 + 4 + 3 * 4) == 24 + 8);
  CHECK(*after.le<uint32_t>(32 + 4 + 4 * 4) == 0);
  CHECK(*after.le<uint32_t>(8) == 88);
  CHECK(after.text().substr(64) == before.text().substr(56));
}

TEST_CASE("chained fixups with room for another segment do not grow") {
  HandmadeMachO macho;
  // The list of __DATA, the segment before last, begins 8 bytes later.
  std::string& bytes = macho.linkedit;
  bytes.insert(56, 8, '\0');
  bytes.resize(align_up(bytes.size(), 16));
  macho.poke(HandmadeMachO::kLinkedit + 8, 88);
  macho.poke(HandmadeMachO::kLinkedit + 12, 92);
  macho.poke(HandmadeMachO::kLinkedit + 48, 32);
  for (macho::Command& command : macho.others) {
    for (const macho::FileReference& place : macho::file_references(command.type)) {
      uint32_t offset = macho::field(command, place.offset_at);
      if (offset > HandmadeMachO::kLinkedit && command.type != macho::kCodeSignature)
        macho::set_field(command, place.offset_at, offset + 8);
    }
  }
  macho::set_field(macho.command(macho::kChainedFixups), 12, 104);
  macho::set_field(macho.command(macho::kCodeSignature), 8,
                   static_cast<uint32_t>(HandmadeMachO::kLinkedit + bytes.size()));
  Bytes original = macho.bytes();
  Bytes cast = cast_ok(original);
  CHECK(check_executable(cast));
  CHECK(digest_of_original(cast)->hex() == sha256_hex(original));
  auto image = macho::read_macho(cast);
  CHECK(macho::field(*image->command(macho::kChainedFixups), 12) == 104);
}

TEST_CASE("the same Mach-O template, blob and options give the same bytes") {
  Bytes original = HandmadeMachO().bytes();
  std::string_view text = kBlob;
  std::vector<ByteView> pieces = {text.substr(0, 5), text.substr(5, 0), text.substr(5)};
  auto cast = cast_bytes(original, source_of(pieces), "darwin-arm64");
  REQUIRE(cast);
  CHECK(*cast == cast_ok(original));
}

TEST_CASE("known hashes of a template's pages give the same file, wrong ones a refused one") {
  const Bytes original = HandmadeMachO().bytes();
  Bytes hashes = macho::hash_pages(original);
  CastOptions options;
  options.page_hashes = hashes;
  CHECK(cast_ok(original, "darwin-arm64", options) == cast_ok(original));
  for (uint8_t& byte : hashes) byte ^= 1;
  Bytes wrong = cast_ok(original, "darwin-arm64", options);
  CHECK(check_executable(wrong).error().code == "macho-signature-mismatch");
}

TEST_CASE("the digest of the original is that of the Mach-O template, its signature included") {
  for (auto [cpu, target] :
       {std::pair(macho::kCpuArm64, "darwin-arm64"), std::pair(macho::kCpuX64, "darwin-x64")}) {
    Bytes original = HandmadeMachO(cpu).bytes();
    auto digest = digest_of_original(cast_ok(original, target));
    REQUIRE(digest);
    CHECK(digest->hex() == sha256_hex(original));
  }
}

TEST_CASE("any changed byte of a cast Mach-O file is noticed, in its signature too") {
  Bytes original = HandmadeMachO().bytes();
  Bytes cast = cast_ok(original);
  const std::string digest = sha256_hex(original);
  size_t signed_size = cast.size() - signature_of(cast).size();
  size_t tried = 0;
  for (size_t i = 0; i < cast.size(); ++i) {
    // The long runs of zeros in the file need not be tried byte by byte.
    if (cast[i] == 0 && i % 61 != 0 && i < signed_size) continue;
    cast[i] ^= 0x01;
    auto found = digest_of_original(cast);
    if (found && found->hex() == digest) FAIL("a change at offset " << i << " was not noticed");
    if (i < signed_size && check_executable(cast))
      FAIL("a change at offset " << i << " was not noticed by the signature");
    cast[i] ^= 0x01;
    ++tried;
  }
  CHECK(tried > 1000);
}

TEST_CASE("bytes after the end of a Mach-O file, or missing there, are noticed") {
  Bytes cast = cast_ok(HandmadeMachO().bytes());
  Bytes longer = cast;
  longer.push_back(0);
  CHECK_FALSE(check_executable(longer));
  CHECK(digest_of_original(longer).error().code == "executable-altered");
  Bytes shorter(cast.begin(), cast.end() - 1);
  CHECK_FALSE(check_executable(shorter));
  CHECK_FALSE(digest_of_original(shorter));
}

TEST_CASE("a Mach-O file that ingot did not make is called that") {
  Bytes original = HandmadeMachO().bytes();
  CHECK(find_sea_blob(original).error().code == "executable-not-ingot");
  CHECK(digest_of_original(original).error().code == "executable-not-ingot");
  CHECK(check_executable(original).error().code == "macho-layout");
  // Another maker's: no record before the blob.
  Bytes cast = cast_ok(original);
  auto record = ByteView(cast).find("INGOTSEA");
  REQUIRE(record);
  cast[*record] = 'X';
  CHECK(find_sea_blob(cast).error().code == "executable-not-ingot");
}

TEST_CASE("the signature is ad hoc, in the application's name, with the template's entitlements") {
  Bytes original = HandmadeMachO().bytes();
  Bytes cast = cast_ok(original, "darwin-arm64", named("some-name"));
  macho::SignatureContent content = directory_of(cast);
  CHECK(content.identifier == "some-name");
  CHECK(content.flags == macho::kAdHoc);
  CHECK(content.code_limit == cast.size() - signature_of(cast).size());
  CHECK(content.text_size == HandmadeMachO::kPage);
  CHECK(slot_of(cast, macho::kCmsSlot).empty());
  for (uint32_t slot : {macho::kEntitlementsSlot, macho::kEntitlementsDerSlot})
    CHECK(slot_of(cast, slot).text() == slot_of(original, slot).text());
  CHECK(to_hex(slot_of(cast, macho::kRequirementsSlot)) == "fade0c010000000c00000000");
}

TEST_CASE(
    "the hardened runtime is asked for on request, in the version the template was made with") {
  Bytes original = HandmadeMachO().bytes();
  Bytes cast = cast_ok(original, "darwin-arm64", named("a", true));
  CHECK(check_executable(cast));
  CHECK(directory_of(cast).flags == (macho::kAdHoc | macho::kHardenedRuntime));
  CHECK(directory_of(cast).runtime_version == 0xf0500);
  CHECK(digest_of_original(cast)->hex() == sha256_hex(original));
}

TEST_CASE("a name that a code signature cannot have is refused") {
  Bytes original = HandmadeMachO().bytes();
  for (const std::string& name : {std::string(), std::string(256, 'n'), std::string("a\0b", 3)})
    CHECK(cast_with(original, kBlob, "darwin-arm64", named(name)).error().code ==
          "identifier-invalid");
}

TEST_CASE("Mach-O files of other kinds are refused by name") {
  HandmadeMachO library;
  library.header.type = 6;
  CHECK(refusal(library) == "macho-not-executable");
  CHECK(refusal(HandmadeMachO(macho::kCpuX64)) == "template-wrong-machine");
  CHECK(refusal(HandmadeMachO(), "darwin-x64") == "template-wrong-machine");
  CHECK(refusal(HandmadeMachO(), "linux-x64") == "template-wrong-machine");
  CHECK(refusal_of(HandmadeElf().bytes()) == "template-wrong-machine");
  Bytes narrow = HandmadeMachO().bytes();
  narrow[0] = 0xce;
  CHECK(refusal_of(narrow) == "macho-wrong-class");
  CHECK(refusal_of(std::string_view("\xfe\xed\xfa\xcf\0\0\0\1", 8)) == "macho-wrong-byte-order");
  CHECK(refusal_of(std::string_view("\xca\xfe\xba\xbe\0\0\0\2", 8)) == "macho-fat");
  CHECK(refusal_of(std::string_view("\xca\xfe\xba\xbe\0\0\0\x3d", 8)) ==
        "executable-format-unknown");
}

TEST_CASE("a Mach-O template without room for another load command is refused") {
  HandmadeMachO macho;
  uint64_t room = HandmadeMachO::kTextOffset - macho::read_macho(macho.bytes())->header_size();
  macho.add_command(0x1d0000 | 0x2a, "");
  macho.others.pop_back();
  macho.add_command(0x2a, std::string(room - 8 - 151, '\0'));
  CHECK(refusal(macho) == "macho-no-header-room");
  macho.others.pop_back();
  macho.add_command(0x2a, std::string(room - 8 - 152, '\0'));
  Bytes cast = cast_ok(macho.bytes());
  CHECK(digest_of_original(cast)->hex() == sha256_hex(macho.bytes()));
}

TEST_CASE("a Mach-O file that was cast already is not cast again") {
  Bytes cast = cast_ok(HandmadeMachO().bytes());
  CHECK(refusal_of(cast) == "template-already-injected");
  // Even when somebody has reset the fuse.
  cast[*ByteView(cast).find(kFuseText) + kFuseText.size()] = '0';
  CHECK(refusal_of(cast) == "template-already-injected");
}

TEST_CASE("a Mach-O template's fuse that is missing or doubled is refused") {
  HandmadeMachO none;
  none.data = "nothing here";
  CHECK(refusal(none) == "template-no-fuse");
  HandmadeMachO twice;
  twice.data += kFuseText + "0";
  CHECK(refusal(twice) == "template-fuse-ambiguous");
}

TEST_CASE("Mach-O segments that overlap, lie outside or are misaligned are refused") {
  HandmadeMachO overlap;
  overlap.segment("__TEXT").memory_size += HandmadeMachO::kPage;
  CHECK(refusal(overlap) == "macho-segments-overlap");
  HandmadeMachO in_file;
  in_file.segment("__DATA_CONST").offset = 0;
  CHECK(refusal(in_file) == "macho-segments-overlap");
  HandmadeMachO outside;
  outside.segment("__LINKEDIT").file_size = 0x4000;
  CHECK(refusal(outside) == "macho-segment-outside-file");
  HandmadeMachO wrapping;
  wrapping.segment("__DATA_CONST").offset = ~uint64_t{0} - 0x3fff;
  CHECK(refusal(wrapping) == "macho-segment-outside-file");
  HandmadeMachO misaligned;
  misaligned.segment("__DATA_CONST").address += 8;
  misaligned.segment("__DATA_CONST").memory_size -= 8;
  misaligned.segment("__DATA_CONST").file_size -= 8;
  CHECK(refusal(misaligned) == "macho-segment-misaligned");
  HandmadeMachO large;
  large.segment("__DATA_CONST").file_size += 1;
  CHECK(refusal(large) == "macho-malformed");
  HandmadeMachO section;
  section.segments[3].sections[0].offset += 16;
  CHECK(refusal(section) == "macho-malformed");
}

TEST_CASE("a Mach-O template whose end is not as ingot knows it is refused") {
  HandmadeMachO renamed;
  renamed.segment("__LINKEDIT").name = macho::make_name("__OTHER");
  CHECK(refusal(renamed) == "macho-no-slot");
  HandmadeMachO unsigned_template;
  unsigned_template.others.pop_back();
  CHECK(refusal(unsigned_template) == "macho-no-slot");
  HandmadeMachO twice;
  twice.others.push_back(twice.others.back());
  CHECK(refusal(twice) == "macho-no-slot");
  HandmadeMachO unknown;
  unknown.add_command(0x77, std::string(8, '\0'));
  CHECK(refusal(unknown) == "macho-no-slot");
  HandmadeMachO too_high;
  too_high.segment("__LINKEDIT").address = uint64_t{1} << 60;
  CHECK(refusal(too_high) == "macho-no-slot");
}

TEST_CASE("parts of __LINKEDIT that overlap or lie outside it are refused") {
  HandmadeMachO overlap;
  macho::Command& exports = overlap.command(0x80000033);
  macho::set_field(exports, 8, macho::field(exports, 8) - 1);
  CHECK(refusal(overlap) == "macho-linkedit-malformed");
  HandmadeMachO outside;
  macho::set_field(outside.command(macho::kSymtab), 8, HandmadeMachO::kDataOffset);
  CHECK(refusal(outside) == "macho-linkedit-malformed");
  HandmadeMachO long_strings;
  macho::set_field(long_strings.command(macho::kSymtab), 20, 0xffffffff);
  CHECK(refusal(long_strings) == "macho-linkedit-malformed");
}

TEST_CASE("damaged chained fixups of a template are refused") {
  // Their fields, with values that cannot be.
  for (auto [at, value] : {std::pair(0, 1),
                           {4, 0},
                           {4, 80},
                           {8, 32},
                           {12, 79},
                           {32, 4},
                           {32, 6},
                           {48, 16},
                           {48, 4000}}) {
    HandmadeMachO macho;
    macho.poke(HandmadeMachO::kLinkedit + static_cast<uint64_t>(at), static_cast<uint32_t>(value));
    CAPTURE(at, value);
    CHECK(refusal(macho) == "macho-fixups-malformed");
  }
}

TEST_CASE("a damaged signature of a template is refused") {
  for (auto [at, value] : {std::pair(0, '\0'), {4, '\1'}, {8, '\1'}, {16, '\1'}}) {
    HandmadeMachO macho;
    macho.signature[static_cast<size_t>(at)] = value;
    CAPTURE(at);
    CHECK(refusal(macho) == "macho-signature-malformed");
  }
}

TEST_CASE("a Mach-O template that is cut off is refused at every length") {
  Bytes whole = HandmadeMachO().bytes();
  for (size_t size = 0; size < whole.size(); size += size < 0x1000 ? 7 : 97) {
    CAPTURE(size);
    CHECK(refusal_of(ByteView(whole.data(), size)) != "accepted");
  }
}

TEST_CASE("a blob that makes a Mach-O file too large is refused before anything is written") {
  Bytes original = HandmadeMachO().bytes();
  for (uint64_t size : {(uint64_t{1} << 32) - 0x8000, uint64_t{1} << 32, ~uint64_t{0}}) {
    ByteSource huge{size, [](const ByteSink&) -> Status { std::abort(); }};
    CHECK(cast_bytes(original, huge, "darwin-arm64").error().code == "blob-too-large");
  }
}

TEST_CASE("a blob in a Mach-O file may contain the text of a fuse, set or not") {
  auto cast =
      cast_with(HandmadeMachO().bytes(), kFuseText + "0" + kFuseText + "1", "darwin-arm64", {});
  REQUIRE(cast);
  CHECK(check_executable(*cast));
  CHECK(digest_of_original(*cast));
}
