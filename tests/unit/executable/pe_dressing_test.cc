#include "packer/executable/pe/dressing.h"

#include <catch2/catch.hpp>
#include <random>

#include "casting.h"
#include "handmade_icon.h"
#include "handmade_pe.h"
#include "packer/executable/pe/icon.h"
#include "packer/executable/pe/original.h"
#include "packer/executable/pe/reader.h"

using namespace ingot;

namespace {

std::string refusal(ByteView icon) {
  auto images = pe::read_icon(icon);
  return images ? "accepted" : images.error().code;
}

Bytes cast_with(const CastOptions& options) {
  TestFolder folder;
  auto out = AtomicFile::create(folder.file("out"), 0755);
  REQUIRE(out);
  REQUIRE(cast_executable(HandmadePe().bytes(), *find_target("win-x64"),
                          source_of(ByteView(std::string_view("blob"))), *out, options));
  REQUIRE(out->flush());
  auto file = MappedFile::open(out->temporary_path());
  REQUIRE(file);
  return Bytes(file->bytes().begin(), file->bytes().end());
}

std::vector<pe::Resource> shown(const Bytes& file) {
  auto presentation = pe::presentation_of(file);
  REQUIRE(presentation);
  return presentation->resources;
}

std::u16string units(ByteView bytes) {
  std::u16string out;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2)
    out += static_cast<char16_t>(*bytes.le<uint16_t>(i));
  return out;
}

CastOptions full_dressing() {
  CastOptions options;
  options.windows.icon = HandmadeIcon().bytes();
  options.windows.version = pe::VersionInfo{.number = {1, 2, 3, 4},
                                            .product_name = "Größe 𝄞",
                                            .version = "1.2.3-beta",
                                            .description = "what it does",
                                            .company = "",
                                            .copyright = "Jane",
                                            .internal_name = "app",
                                            .original_filename = "app.exe"};
  options.windows.hide_console = true;
  return options;
}

}  // namespace

TEST_CASE("an icon's images become resources and a group that names them") {
  Bytes file = cast_with(full_dressing());
  CHECK(check_executable(file));
  std::vector<pe::Resource> resources = shown(file);
  HandmadeIcon icon;
  REQUIRE(resources.size() == 4);
  CHECK(std::ranges::equal(resources[0].data.span(), icon.images[0].data));
  CHECK(std::ranges::equal(resources[1].data.span(), icon.images[1].data));
  const pe::Resource& group = resources[2];
  REQUIRE(group.is(pe::kIconGroup));
  REQUIRE(group.data.size() == 6 + 2 * 14);
  CHECK(*group.data.le<uint16_t>(4) == 2);
  for (size_t i : {0, 1}) {
    CHECK(*group.data.le<uint32_t>(6 + 14 * i + 8) == icon.images[i].data.size());
    CHECK(*group.data.le<uint16_t>(6 + 14 * i + 12) == resources[i].name.number);
  }
}

TEST_CASE("version information has the texts, the numbers and no empty text") {
  std::vector<pe::Resource> resources = shown(cast_with(full_dressing()));
  const pe::Resource& version = resources.back();
  REQUIRE(version.is(pe::kVersion));
  CHECK(*version.data.le<uint16_t>(0) == version.data.size());
  CHECK(*version.data.le<uint32_t>(40) == 0xfeef04bd);
  CHECK(*version.data.le<uint32_t>(48) == 0x00010002);
  CHECK(*version.data.le<uint32_t>(52) == 0x00030004);
  std::u16string text = units(version.data);
  for (std::u16string_view part : {u"ProductName", u"Größe 𝄞", u"1.2.3-beta", u"what it does",
                                   u"app.exe", u"Translation", u"040904b0"})
    CHECK(text.find(part) != std::u16string::npos);
  CHECK(text.find(u"CompanyName") == std::u16string::npos);
  CHECK(text.find(u"Node") == std::u16string::npos);
}

TEST_CASE("a dressing is no part of the proof of the original, and has a digest of its own") {
  const Bytes original = HandmadePe().bytes();
  CastOptions all = full_dressing();
  CastOptions without_icon = all, without_version = all, with_console = all, changed = all;
  without_icon.windows.icon.reset();
  without_version.windows.version.reset();
  with_console.windows.hide_console = false;
  changed.windows.version->company = "Somebody";
  std::vector<Digest> digests;
  for (const CastOptions& options :
       {CastOptions{}, all, without_icon, without_version, with_console, changed}) {
    Bytes file = cast_with(options);
    CHECK(check_executable(file));
    auto proof = digest_of_original(file);
    REQUIRE(proof);
    CHECK(proof->hex() == sha256_hex(original));
    auto promised = digest_of_presentation(original, options);
    auto found = digest_of_presentation(file);
    REQUIRE(promised);
    REQUIRE(found);
    CHECK(promised->value() == found->value());
    CHECK(std::ranges::find(digests, **found) == digests.end());
    digests.push_back(**found);
  }
}

TEST_CASE("what is not dressed stays Node's own") {
  Bytes file = cast_with({});
  HandmadePe pe;
  std::vector<pe::Resource> resources = shown(file);
  REQUIRE(resources.size() == 4);
  for (size_t i = 0; i < resources.size(); ++i)
    CHECK(resources[i].data.text() == pe.resources[i].data);
  CHECK(pe::read_pe(file)->optional.subsystem == pe::kConsole);
  CHECK(pe::read_pe(cast_with(full_dressing()))->optional.subsystem == pe::kWindowed);
}

TEST_CASE("icons that would not show are refused by name") {
  CHECK(refusal(HandmadeIcon().bytes()) == "accepted");
  CHECK(refusal(HandmadeIcon::png(16, 16)) == "icon-not-ico");
  CHECK(refusal(std::string_view("")) == "icon-not-ico");
  CHECK(refusal(Bytes(pe::kMaxIconFile + 1)) == "icon-too-large");
  HandmadeIcon cursor;
  cursor.type = 2;
  CHECK(refusal(cursor.bytes()) == "icon-not-ico");
  HandmadeIcon none;
  none.images.clear();
  CHECK(refusal(none.bytes()) == "icon-malformed");
  HandmadeIcon many;
  many.images.resize(65, many.images[0]);
  CHECK(refusal(many.bytes()) == "icon-malformed");
  HandmadeIcon sides;
  sides.images[0].width = 17;
  CHECK(refusal(sides.bytes()) == "icon-malformed");
  HandmadeIcon text;
  text.images[1].data = Bytes(50, 'x');
  CHECK(refusal(text.bytes()) == "icon-malformed");
  HandmadeIcon away;
  away.offset_error = 1 << 20;
  CHECK(refusal(away.bytes()) == "icon-malformed");
  HandmadeIcon inside;
  inside.offset_error = static_cast<uint32_t>(-20);
  CHECK(refusal(inside.bytes()) == "icon-malformed");
}

TEST_CASE("a damaged icon is an error or images inside the file, and never a crash") {
  Bytes good = HandmadeIcon().bytes();
  std::mt19937_64 random(5);
  for (int round = 0; round < 5000; ++round) {
    Bytes bad = good;
    for (size_t count = 1 + random() % 4; count > 0; --count)
      bad[random() % 0x60] ^= static_cast<uint8_t>(1 << (random() % 8));
    if (random() % 8 == 0) bad.resize(random() % bad.size());
    auto images = pe::read_icon(bad);
    if (!images) continue;
    for (const pe::IconImage& image : *images) {
      REQUIRE(image.data.data() >= bad.data());
      REQUIRE(image.data.data() + image.data.size() <= bad.data() + bad.size());
    }
  }
}
