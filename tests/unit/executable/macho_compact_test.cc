// Compact executables for macOS: Node as a bundle, and what is cast of it. Nothing here is run.
#include <catch2/catch.hpp>

#include "casting.h"
#include "compacting.h"
#include "handmade_macho.h"
#include "packer/executable/macho/chained_fixups.h"
#include "packer/executable/macho/check_signature.h"
#include "packer/executable/macho/library.h"
#include "packer/executable/macho/loaded_image.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/signature_plan.h"
#include "packer/executable/undo_record.h"
#include "tests/unit/template_files.h"

using namespace ingot;

namespace {

constexpr std::string_view kTargetsOfMac[] = {"darwin-x64", "darwin-arm64"};
constexpr uint32_t kSignatureAt = 8, kSignatureSizeAt = 12;  // in LC_CODE_SIGNATURE

Bytes node_for(std::string_view target) {
  return HandmadeMachO(macho::cpu_of(*find_target(target))).bytes();
}

macho::LoadedImage loaded(ByteView file) {
  auto image = macho::load_image(file);
  INFO((image ? "" : image.error().message));
  REQUIRE(image);
  return *image;
}

// The signature by a verifier that knows nothing of the packer.
void check_signed(ByteView file) {
  macho::LoadedImage image = loaded(file);
  auto offset = image.command(macho::kCodeSignature)->bytes.le<uint32_t>(kSignatureAt);
  Status found =
      macho::check_signature(file, *offset, image.segment(macho::kTextSegment)->file_size,
                             image.file_type == macho::kTypeExecute);
  INFO((found ? "" : found.error().message));
  CHECK(found);
}

}  // namespace

TEST_CASE("a program for macOS is made a bundle that dyld loads, and is found in it again") {
  Bytes program = node_for("darwin-arm64");
  auto library = macho::make_library(program);
  INFO((library ? "" : library.error().message));
  REQUIRE(library);
  CHECK(library->entry == HandmadeMachO::kTextOffset);
  CHECK_FALSE(macho::read_macho(library->bytes));  // no program any more
  check_signed(library->bytes);
  auto again = macho::program_of(library->bytes);
  INFO((again ? "" : again.error().message));
  REQUIRE(again);
  CHECK(*again == program);

  macho::LoadedImage image = loaded(library->bytes), before = loaded(program);
  CHECK(image.file_type == macho::kTypeBundle);
  CHECK((image.flags & macho::kPositionIndependent) == 0);
  CHECK(image.commands.size() + 3 == before.commands.size());
  CHECK(image.segment("__PAGEZERO") == nullptr);
  CHECK(image.count(macho::kMain) == 0);
  CHECK(image.count(macho::kLoadDylinker) == 0);
  const macho::LoadedCommand& fixups = *image.command(macho::kChainedFixups);
  ByteView data = *ByteView(library->bytes).slice(*fixups.bytes.le<uint32_t>(8), 100);
  CHECK(macho::fixups_head_size(data, image.segments.size()));
  CHECK(ByteView(library->bytes).find(kFuseText + "1"));
}

TEST_CASE("any change of a bundle beside the program is noticed when it is taken back") {
  Bytes program = node_for("darwin-x64");
  auto library = macho::make_library(program);
  REQUIRE(library);
  size_t refused = 0;
  for (size_t at = 0; at < library->bytes.size(); ++at) {
    Bytes changed = library->bytes;
    changed[at] ^= 1;
    auto again = macho::program_of(changed);
    if (again) CHECK(*again != program);
    refused += !again;
    if (at == HandmadeMachO::kTextOffset) at = HandmadeMachO::kLinkedit - 1;
  }
  CHECK(refused > 0);
}

TEST_CASE("a bundle whose record asks for the same bytes again and again is refused") {
  auto library = macho::make_library(node_for("darwin-x64"));
  REQUIRE(library);
  ByteView bytes = library->bytes;
  size_t record = *bytes.find("INGOTUND");
  size_t end = *loaded(bytes).command(macho::kCodeSignature)->bytes.le<uint32_t>(kSignatureAt);
  UndoRecord greedy;
  for (size_t room = end - record; (greedy.pieces.size() + 4) * 16 < room;) {
    greedy.copy(0, record);
    greedy.original_size += record;
  }
  Bytes changed = library->bytes, encoded = encode_undo_record(greedy);
  encoded.resize(end - record);
  std::ranges::copy(encoded, changed.begin() + static_cast<ptrdiff_t>(record));
  auto program = macho::program_of(changed);
  REQUIRE_FALSE(program);
  CHECK(program.error().code == "compact-damaged");
}

TEST_CASE("a program for macOS that cannot be a bundle is refused") {
  auto check = [](auto spoil, std::string_view code) {
    HandmadeMachO program;
    spoil(program);
    auto library = macho::make_library(program.bytes());
    REQUIRE_FALSE(library);
    CHECK(library.error().code == code);
  };
  constexpr uint32_t kLinkerHint = 0x2e, kSourceVersion = 0x2a;
  auto retype = [](macho::Command& command, uint32_t type) { macho::set_field(command, 0, type); };
  check([&](auto& node) { retype(node.command(macho::kChainedFixups), kLinkerHint); },
        "macho-no-library");
  check([&](auto& node) { retype(node.command(macho::kMain), kSourceVersion); },
        "macho-no-library");
  check([](auto& node) { node.segment("__PAGEZERO").name = macho::make_name("__NOTHING"); },
        "macho-no-library");
  check([](auto& node) { node.data = "no fuse"; }, "template-no-fuse");
}

TEST_CASE("a compact executable for macOS would load, and gives everything back") {
  for (std::string_view target : kTargetsOfMac) {
    CAPTURE(target);
    ByteView loader = loader_for(target);
    if (loader.empty()) continue;
    Bytes node = node_for(target);
    auto original = compact_of(loader, node, true);
    Bytes cast = cast_compact(original, target);
    check_signed(*original);

    auto parts = find_compact(cast);
    REQUIRE(parts);
    REQUIRE(*parts);
    CHECK((*parts)->header.flags == kCompactHashAlways);
    CHECK((*parts)->header.entry == HandmadeMachO::kTextOffset);
    CHECK(digest_of_node(cast, **parts)->hex() == sha256_hex(node));
    CHECK(digest_of_template(loader, **parts)->hex() == sha256_hex(*original));
  }
}

TEST_CASE("a compact executable for macOS shows what macOS asks Node's program for") {
  for (std::string_view target : kTargetsOfMac) {
    CAPTURE(target);
    ByteView loader = loader_for(target);
    if (loader.empty()) continue;
    Bytes node = node_for(target);
    auto original = compact_of(loader, node);
    REQUIRE(original);
    macho::LoadedImage image = loaded(*original), of_node = loaded(node);
    auto versions = [](const macho::LoadedImage& of) {
      return *of.command(macho::kBuildVersion)->bytes.slice(12, 8);
    };
    CHECK(std::ranges::equal(versions(image), versions(of_node)));
    auto entitlements = [](const macho::LoadedImage& of, ByteView file) {
      ByteView command = of.command(macho::kCodeSignature)->bytes;
      return *macho::entitlements_in(*file.slice(*command.le<uint32_t>(kSignatureAt),
                                                 *command.le<uint32_t>(kSignatureSizeAt)));
    };
    auto ours = entitlements(image, *original), theirs = entitlements(of_node, node);
    REQUIRE(ours.size() == 2);
    REQUIRE(theirs.size() == 2);
    for (size_t i = 0; i < ours.size(); ++i) CHECK(ours[i].bytes == theirs[i].bytes);
    CHECK(image.segment("__INGOT")->max_protection == 1);
  }
}

TEST_CASE("no byte of the record of a compact executable for macOS can change unnoticed") {
  ByteView loader = loader_for("darwin-arm64");
  if (loader.empty()) return;
  auto file = compact_of(loader, node_for("darwin-arm64"));
  REQUIRE(file);
  check_record_is_sealed(*file, loaded(*file).segment("__INGOT")->offset);
}

TEST_CASE("a program that is no loader has no room for a runtime") {
  Bytes node = node_for("darwin-x64");
  auto compact = compact_of(node, node);
  REQUIRE_FALSE(compact);
  CHECK(compact.error().code == "macho-no-slot");
}

TEST_CASE("the official programs for macOS are made bundles and back") {
  for (std::string_view target : kTargetsOfMac) {
    auto path = testing::find_template_file(target);
    if (!path) continue;
    auto program = MappedFile::open(*path);
    REQUIRE(program);
    auto library = macho::make_library(program->bytes());
    INFO((library ? "" : library.error().message));
    REQUIRE(library);
    check_signed(library->bytes);
    auto again = macho::program_of(library->bytes);
    REQUIRE(again);
    CHECK(std::ranges::equal(*again, program->bytes()));
  }
}
