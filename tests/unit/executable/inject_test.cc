#include "packer/executable/inject.h"

#include <catch2/catch.hpp>

#include "casting.h"
#include "handmade_elf.h"
#include "packer/executable/elf/original.h"
#include "packer/executable/elf/reader.h"
#include "packer/executable/sea_blob.h"

using namespace ingot;

namespace {

constexpr size_t kTables = offsetof(Elf64_Ehdr, e_shoff);  // from there on, where headers are
const std::string kBlob = "the blob, of no multiple of four bytes";

Bytes cast_ok(const Bytes& original, std::string_view blob = kBlob) {
  auto cast = cast_bytes(original, source_of(ByteView(blob)));
  REQUIRE(cast);
  return std::move(*cast);
}

std::string refusal(const HandmadeElf& elf, std::string_view target = "linux-x64") {
  auto cast = cast_bytes(elf.bytes(), source_of(ByteView(kBlob)), target);
  return cast ? "accepted" : cast.error().code;
}

}  // namespace

TEST_CASE("a cast file carries its blob, aligned, and would load") {
  Bytes original = HandmadeElf().bytes();
  Bytes cast = cast_ok(original);
  CHECK(check_executable(cast));
  auto blob = find_sea_blob(cast);
  REQUIRE(blob);
  CHECK(blob->text() == kBlob);
  CHECK((blob->data() - cast.data()) % kSeaBlobAlignment == 0);
}

TEST_CASE("no byte of the template moves, and only headers and fuse change") {
  HandmadeElf elf;
  Bytes original = elf.bytes();
  Bytes cast = cast_ok(original);
  size_t fuse = *ByteView(original).find(kFuseText) + kFuseText.size();
  size_t table_end = sizeof(Elf64_Ehdr) + elf.segments.size() * sizeof(Elf64_Phdr);
  size_t changed = 0;
  for (size_t i = 0; i < original.size(); ++i) {
    if (original[i] == cast[i]) continue;
    CHECK((i == fuse || (i >= kTables && i < table_end)));
    ++changed;
  }
  CHECK(changed > 1);
  CHECK(cast[fuse] == '1');
}

TEST_CASE("the template's own notes stay reachable, before ours") {
  Bytes cast = cast_ok(HandmadeElf().bytes());
  ByteView added = *ByteView(cast).slice_from(0x10000);
  CHECK(added.text().starts_with(HandmadeElf().notes));
}

TEST_CASE("a section covers what is added, beside the template's own, and its name is there") {
  Bytes cast = cast_ok(HandmadeElf().bytes());
  elf::Image image = *elf::read_elf(cast);
  REQUIRE(image.sections.size() == 6);
  const elf::Section& added = image.sections.back();
  std::string_view names = elf::section_names(image, cast)->text();
  CHECK(names.substr(added.name) == std::string_view(".ingot\0", 7));
  CHECK(names.substr(image.sections[1].name).starts_with(".text"));
  CHECK(added.offset == 0x10000);
  CHECK(added.flags == SHF_ALLOC);
  bool loaded = std::ranges::any_of(image.segments, [&](const elf::Segment& segment) {
    return segment.type == elf::kLoad && segment.address == added.address &&
           segment.file_size == added.size;
  });
  CHECK(loaded);
}

TEST_CASE("a template without sections gets none, and can be proved all the same") {
  HandmadeElf elf;
  elf.sections.clear();
  Bytes cast = cast_ok(elf.bytes());
  CHECK(elf::read_elf(cast)->sections.empty());
  CHECK(digest_of_original(cast)->hex() == sha256_hex(elf.bytes()));
  CHECK(stripped_bytes(elf.bytes()).error().code == "elf-no-sections");
}

TEST_CASE("stripping leaves out what is not loaded, and nothing that is loaded moves") {
  HandmadeElf elf;
  Bytes original = elf.bytes();
  auto stripped = stripped_bytes(original);
  REQUIRE(stripped);
  CHECK(*stripped == *stripped_bytes(original));
  elf::Image before = *elf::read_elf(original), after = *elf::read_elf(*stripped);
  CHECK(after.segments == before.segments);
  for (const elf::Segment& segment : after.segments) {
    if (segment.type != elf::kLoad) continue;
    size_t from = std::max<size_t>(segment.offset, kTables + sizeof(elf::TableFields));
    CHECK(std::equal(original.begin() + from, original.begin() + segment.offset + segment.file_size,
                     stripped->begin() + from));
  }
  REQUIRE(after.sections.size() == 4);
  std::string_view names = elf::section_names(after, *stripped)->text();
  for (auto [index, name] : {std::pair{1, ".text"}, {2, ".bss"}, {3, ".shstrtab"}})
    CHECK(std::string_view(names.data() + after.sections[index].name) == name);
  CHECK(names.find("comment") == std::string_view::npos);
  // .text referred to .bss, which is another number now; .bss to what is gone.
  CHECK(after.sections[1].link == 2);
  CHECK(after.sections[2].link == 0);
}

TEST_CASE("a stripped template is cast like any other, and it is what is proved") {
  Bytes stripped = *stripped_bytes(HandmadeElf().bytes());
  Bytes cast = cast_ok(stripped);
  CHECK(check_executable(cast));
  CHECK(digest_of_original(cast)->hex() == sha256_hex(stripped));
}

TEST_CASE("an executable whose application is in no section is not fit to be stripped") {
  Bytes cast = cast_ok(HandmadeElf().bytes());
  elf::Image image = *elf::read_elf(cast);
  uint64_t flags = image.tables.section_headers_offset + 5 * sizeof(Elf64_Shdr) + 8;
  cast[flags] = 0;
  auto checked = check_executable(cast);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message.find("no section covers") != std::string::npos);
}

TEST_CASE("section headers that cannot be are refused") {
  HandmadeElf nameless;
  nameless.sections.back().sh_type = SHT_PROGBITS;
  CHECK(refusal(nameless) == "elf-malformed");
  HandmadeElf endless;
  endless.names.back() = 'x';
  CHECK(refusal(endless) == "elf-malformed");
  HandmadeElf outside;
  outside.sections.back().sh_offset = HandmadeElf::kFileSize;
  CHECK(refusal(outside) == "elf-malformed");
}

TEST_CASE("the same template and blob give the same bytes, however the blob is cut into pieces") {
  Bytes original = HandmadeElf().bytes();
  std::string_view text = kBlob;
  std::vector<ByteView> pieces = {text.substr(0, 5), text.substr(5, 0), text.substr(5)};
  auto cast = cast_bytes(original, source_of(pieces));
  REQUIRE(cast);
  CHECK(*cast == cast_ok(original));
}

TEST_CASE("the digest of the original is that of the template") {
  for (uint16_t machine : {uint16_t{EM_X86_64}, uint16_t{EM_AARCH64}}) {
    Bytes original = HandmadeElf(machine).bytes();
    auto cast = cast_bytes(original, source_of(ByteView(kBlob)),
                           machine == EM_X86_64 ? "linux-x64" : "linux-arm64");
    REQUIRE(cast);
    auto digest = digest_of_original(*cast);
    REQUIRE(digest);
    CHECK(digest->hex() == sha256_hex(original));
  }
}

TEST_CASE("any changed byte outside the blob is noticed when the original is proven") {
  Bytes original = HandmadeElf().bytes();
  Bytes cast = cast_ok(original);
  ByteView blob = *find_sea_blob(cast);
  size_t blob_offset = static_cast<size_t>(blob.data() - cast.data());
  const std::string digest = sha256_hex(original);
  size_t tried = 0;
  for (size_t i = 0; i < cast.size(); ++i) {
    if (i >= blob_offset && i < blob_offset + kBlob.size()) continue;
    // The long runs of zeros in the file need not be tried byte by byte.
    if (cast[i] == 0 && i % 61 != 0 && i < blob_offset - 0x200) continue;
    cast[i] ^= 0x01;
    // The size of the blob's note may grow into its padding: then it is the blob that has changed.
    auto found = digest_of_original(cast);
    auto found_blob = find_sea_blob(cast);
    if (found && found->hex() == digest && found_blob->text() == kBlob)
      FAIL("a change at offset " << i << " was not noticed");
    cast[i] ^= 0x01;
    ++tried;
  }
  CHECK(tried > 1000);
}

TEST_CASE("bytes after the end, or missing there, are an alteration") {
  Bytes cast = cast_ok(HandmadeElf().bytes());
  Bytes longer = cast;
  longer.push_back(0);
  auto found = digest_of_original(longer);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "executable-altered");
  CHECK(found.error().kind == ErrorKind::kIntegrity);
  Bytes shorter(cast.begin(), cast.end() - 4);
  CHECK_FALSE(digest_of_original(shorter));
}

TEST_CASE("a file that ingot did not make is called that") {
  Bytes original = HandmadeElf().bytes();
  CHECK(find_sea_blob(original).error().code == "executable-not-ingot");
  CHECK(digest_of_original(original).error().code == "executable-not-ingot");
  CHECK(check_executable(original).error().code == "elf-layout");
}

TEST_CASE("files that are no executable of a known format are refused") {
  for (std::string_view text : {"", "\x7f", "#!/bin/sh\n",
                                "\x7f"
                                "ELG"}) {
    auto cast = cast_bytes(text, source_of(ByteView(kBlob)));
    REQUIRE_FALSE(cast);
    CHECK(cast.error().code == "executable-format-unknown");
  }
}

TEST_CASE("a template of another machine is refused") {
  CHECK(refusal(HandmadeElf(EM_X86_64)) == "accepted");
  CHECK(refusal(HandmadeElf(EM_AARCH64)) == "template-wrong-machine");
  CHECK(refusal(HandmadeElf(EM_X86_64), "linux-arm64") == "template-wrong-machine");
  CHECK(refusal(HandmadeElf(EM_X86_64), "darwin-x64") == "template-wrong-machine");
}

TEST_CASE("a template of another ELF class or byte order is refused") {
  HandmadeElf narrow;
  narrow.header.e_ident[EI_CLASS] = ELFCLASS32;
  CHECK(refusal(narrow) == "elf-wrong-class");
  HandmadeElf big;
  big.header.e_ident[EI_DATA] = ELFDATA2MSB;
  CHECK(refusal(big) == "elf-wrong-byte-order");
}

TEST_CASE("a position-independent template is refused") {
  HandmadeElf elf;
  elf.header.e_type = ET_DYN;
  CHECK(refusal(elf) == "elf-not-exec");
}

TEST_CASE("a template with no headers to use is refused") {
  for (uint32_t type : {PT_PHDR, PT_NOTE}) {
    HandmadeElf without;
    without.segment(type).p_type = PT_GNU_STACK;
    CHECK(refusal(without) == "elf-no-slot");
    HandmadeElf twice;
    twice.segments.push_back(twice.segment(type));
    CHECK(refusal(twice) == "elf-no-slot");
  }
}

TEST_CASE("a fuse that is missing, doubled or burnt is refused by name") {
  HandmadeElf none;
  none.data = "nothing here";
  CHECK(refusal(none) == "template-no-fuse");
  HandmadeElf twice;
  twice.data += kFuseText + "0";
  CHECK(refusal(twice) == "template-fuse-ambiguous");
  HandmadeElf odd;
  odd.data = kFuseText + "2";
  CHECK(refusal(odd) == "template-fuse-ambiguous");
  HandmadeElf set;
  set.data = kFuseText + "1";
  CHECK(refusal(set) == "template-already-injected");
}

TEST_CASE("a file that was cast already is not cast again") {
  auto again = cast_bytes(cast_ok(HandmadeElf().bytes()), source_of(ByteView(kBlob)));
  REQUIRE_FALSE(again);
  CHECK(again.error().code == "template-already-injected");
}

TEST_CASE("a template whose notes carry an application is refused though its fuse is unset") {
  HandmadeElf elf;
  elf.notes = std::string("\16\0\0\0\4\0\0\0\0\0\0\0NODE_SEA_BLOB\0\0\0blob", 32);
  elf.segment(PT_NOTE).p_filesz = elf.notes.size();
  CHECK(refusal(elf) == "template-already-injected");
}

TEST_CASE("damaged notes of a template are refused") {
  HandmadeElf elf;
  elf.notes[4] = 0x70;
  CHECK(refusal(elf) == "elf-notes-malformed");
}

TEST_CASE("segments that overlap, lie outside or are misaligned are refused") {
  HandmadeElf overlap;
  overlap.segments[2].p_memsz = 0x1001;
  CHECK(refusal(overlap) == "elf-segments-overlap");
  HandmadeElf outside;
  outside.segments[4].p_filesz = HandmadeElf::kFileSize;
  CHECK(refusal(outside) == "elf-segment-outside-file");
  HandmadeElf wrapping;
  wrapping.segments[4].p_offset = ~uint64_t{0} - 0xFFF;
  CHECK(refusal(wrapping) == "elf-segment-outside-file");
  HandmadeElf misaligned;
  misaligned.segments[3].p_vaddr += 8;
  CHECK(refusal(misaligned) == "elf-segment-misaligned");
  HandmadeElf too_high;
  too_high.segments[4].p_vaddr = uint64_t{1} << 47;
  CHECK(refusal(too_high) == "elf-no-slot");
}

TEST_CASE("a template that is cut off is refused at every length") {
  Bytes whole = HandmadeElf().bytes();
  // Up to the end of the data that a segment needs.
  for (size_t size = 0; size < HandmadeElf::kDataOffset + 0x200; size += 7) {
    CAPTURE(size);
    CHECK_FALSE(cast_bytes(ByteView(whole.data(), size), source_of(ByteView(kBlob))));
  }
}

TEST_CASE("a blob that a note cannot describe is refused before anything is written") {
  Bytes original = HandmadeElf().bytes();
  ByteSource huge{uint64_t{1} << 32, [](const ByteSink&) -> Status { std::abort(); }};
  CHECK(cast_bytes(original, huge).error().code == "blob-too-large");
}

TEST_CASE("a blob may contain the text of a fuse, set or not") {
  Bytes cast = cast_ok(HandmadeElf().bytes(), kFuseText + "0" + kFuseText + "1");
  CHECK(check_executable(cast));
  CHECK(digest_of_original(cast));
}
