#include "packer/executable/sea_blob.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

Bytes gather(const ByteSource& source) {
  Bytes out;
  REQUIRE(drain(source, [&](ByteView bytes) -> Status {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
  }));
  return out;
}

ByteView view(std::string_view text) {
  return ByteView(text);
}

SeaContent full_content() {
  SeaContent content;
  content.exec_argv_extension = ExecArgvExtension::kCommandLine;
  content.main_format = MainFormat::kModule;
  content.code_path = "a/b.mjs";
  content.main_code = view("export {}");
  content.code_cache = view("cache");
  content.assets.push_back({"first", source_of(view("1"))});
  content.assets.push_back({"ingot", source_of(view("payload"))});
  content.exec_argv = {"--no-warnings", "--experimental-vfs"};
  return content;
}

std::string code_of(ByteView blob) {
  auto read = read_sea_blob(blob, "26.10.0");
  return read ? "" : read.error().code;
}

}  // namespace

TEST_CASE("a blob is laid out field by field as Node 26.10.0 reads it") {
  SeaContent content;
  content.main_code = view("x()");
  content.code_path = "m.js";
  content.exec_argv_extension = ExecArgvExtension::kEnvironment;
  auto blob = make_sea_blob(content, "26.10.0");
  REQUIRE(blob);
  CHECK(gather(blob->bytes) == Bytes{0x20, 0xDA, 0x43, 0x01, 1, 0, 0, 0, 1,   0,  //
                                     4,    0,    0,    0,    0, 0, 0, 0, 'm', '.', 'j', 's',
                                     3,    0,    0,    0,    0, 0, 0, 0, 'x', '(', ')'});
}

TEST_CASE("what is written is read back, in the order it was given") {
  auto blob = make_sea_blob(full_content(), "26.10.0");
  REQUIRE(blob);
  Bytes bytes = gather(blob->bytes);
  auto read = read_sea_blob(bytes, "26.10.0");
  REQUIRE(read);
  CHECK(read->flags == (kNoExperimentalWarning | kUseCodeCache | kHasAssets | kHasExecArgv));
  CHECK(read->exec_argv_extension == ExecArgvExtension::kCommandLine);
  CHECK(read->main_format == MainFormat::kModule);
  CHECK(read->code_path == "a/b.mjs");
  CHECK(read->main.text() == "export {}");
  CHECK(read->code_cache->text() == "cache");
  REQUIRE(read->assets.size() == 2);
  CHECK(read->assets[0].first == "first");
  CHECK(read->asset("ingot")->text() == "payload");
  CHECK_FALSE(read->asset("other"));
  CHECK(read->exec_argv == std::vector<std::string_view>{"--no-warnings", "--experimental-vfs"});
}

TEST_CASE("the payload's data is aligned whatever comes before it") {
  for (size_t length = 0; length < 200; ++length) {
    CAPTURE(length);
    std::string main(length, ' ');
    SeaContent content = full_content();
    content.main_code = view(main);
    content.aligned_asset = kPayloadAsset;
    auto blob = make_sea_blob(content, "26.10.0");
    REQUIRE(blob);
    REQUIRE(blob->aligned_offset);
    CHECK(*blob->aligned_offset % kSeaBlobAlignment == 0);
    Bytes bytes = gather(blob->bytes);
    CHECK(ByteView(bytes).slice(*blob->aligned_offset, 7)->text() == "payload");
    auto read = read_sea_blob(bytes, "26.10.0");
    REQUIRE(read);
    CHECK(read->main.text() == main);
    // All that Node ever looks at.
    CHECK(read->code_path.substr(read->code_path.rfind('/')) == "/b.mjs");
  }
}

TEST_CASE("a version whose layout is not known is refused") {
  for (std::string_view version : {"26.11.0", "24.21.0", ""}) {
    auto blob = make_sea_blob(full_content(), version);
    REQUIRE_FALSE(blob);
    CHECK(blob.error().code == "sea-version-unknown");
  }
}

TEST_CASE("a damaged blob is refused by name") {
  Bytes good = gather(make_sea_blob(full_content(), "26.10.0")->bytes);
  CHECK(code_of(good) == "");
  auto with = [&](size_t offset, uint8_t value) {
    Bytes bad = good;
    bad.at(offset) = value;
    return code_of(bad);
  };
  CHECK(with(0, 0) == "sea-malformed");
  CHECK(with(4, 0x80) == "sea-flags-unknown");
  CHECK(with(8, 3) == "sea-malformed");
  CHECK(with(9, 2) == "sea-malformed");
  CHECK(with(17, 0xFF) == "out-of-bounds");
  for (size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(code_of(ByteView(good.data(), size)).empty());
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(code_of(longer) == "sea-malformed");
}

TEST_CASE("a count of assets that the blob cannot hold is refused before anything is allocated") {
  SeaContent content;
  content.code_path = "m";
  content.assets.push_back({"k", source_of(view("v"))});
  Bytes bytes = gather(make_sea_blob(content, "26.10.0")->bytes);
  const size_t count_offset = 10 + 8 + 1 + 8;
  REQUIRE(bytes.at(count_offset) == 1);
  bytes.at(count_offset + 7) = 0x7F;
  CHECK(code_of(bytes) == "sea-malformed");
}
