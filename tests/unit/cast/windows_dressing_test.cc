#include "packer/cast/windows_dressing.h"

#include <catch2/catch.hpp>

#include "tests/unit/executable/handmade_icon.h"

using namespace ingot;

namespace {

Result<pe::Dressing> dressing(const std::string& manifest, const WindowsOptions& options = {},
                              const Bytes& icon = HandmadeIcon().bytes()) {
  MemoryFileSystem files;
  files.add("/p/package.json", manifest);
  files.add("/p/app.ico", std::string(icon.begin(), icon.end()));
  Project project;
  project.folder = "/p";
  project.manifest = TRY(parse_manifest(manifest, "package.json"));
  return windows_dressing(files, project, options);
}

pe::VersionInfo version_of(const std::string& manifest, const WindowsOptions& options = {}) {
  auto found = dressing(manifest, options);
  REQUIRE(found);
  REQUIRE(found->version);
  return *found->version;
}

}  // namespace

TEST_CASE("package.json says what Windows shows") {
  CHECK(
      version_of(R"json({"name": "@scope/app", "version": "1.2.3-beta.1", "description": "does it",
                       "author": "Jane Doe <jane@example.org> (https://example.org)",
                       "license": "MIT"})json") ==
      pe::VersionInfo{.number = {1, 2, 3, 0},
                      .product_name = "app",
                      .version = "1.2.3-beta.1",
                      .description = "does it",
                      .company = "Jane Doe",
                      .copyright = "Copyright Jane Doe. License: MIT",
                      .internal_name = "app",
                      .original_filename = "app.exe"});
  CHECK(version_of(R"({"name": "a", "author": {"name": "Zoë"}})").company == "Zoë");
  pe::VersionInfo little = version_of(R"({"name": "a", "author": 7, "description": []})");
  CHECK(little.description == "a");
  CHECK(little.company.empty());
  CHECK(little.copyright.empty());
}

TEST_CASE("options replace what package.json says") {
  WindowsOptions options;
  options.title = "Title";
  options.publisher = "Company";
  options.version = "9.8.7.6";
  options.description = "Description";
  options.copyright = "(c)";
  options.hide_console = true;
  options.icon = "/p/app.ico";
  const std::string manifest = R"({"name": "a", "version": "1.0.0", "author": "J"})";
  CHECK(version_of(manifest, options) == pe::VersionInfo{.number = {9, 8, 7, 6},
                                                         .product_name = "Title",
                                                         .version = "9.8.7.6",
                                                         .description = "Description",
                                                         .company = "Company",
                                                         .copyright = "(c)",
                                                         .internal_name = "a",
                                                         .original_filename = "a.exe"});
  auto dressed = dressing(manifest, options);
  REQUIRE(dressed);
  CHECK(dressed->hide_console);
  SealedWindows sealed =
      seal_windows(*dressed, digest_of(DigestAlgorithm::kSha256, *dressed->icon));
  CHECK(sealed.icon_sha256 == sha256_hex(HandmadeIcon().bytes()));
  CHECK(sealed.title == "Title");
  CHECK(sealed.hide_console);
}

TEST_CASE("texts for Windows are one line of a length that fits") {
  std::string text = version_of(R"({"name": "a", "description": "two\nlines\tof it"})").description;
  CHECK(text == "two lines of it");
  std::string umlauts;
  for (int i = 0; i < 2000; ++i) umlauts += "ä";
  std::string cut =
      version_of("{\"name\": \"a\", \"description\": \"" + umlauts + "\"}").description;
  CHECK(cut.size() <= pe::kMaxVersionText);
  CHECK(cut.ends_with("ä..."));
}

TEST_CASE("versions become the four numbers that Windows compares") {
  CHECK(windows_version("1.2.3.4") == std::array<uint16_t, 4>{1, 2, 3, 4});
  CHECK(windows_version("65535") == std::array<uint16_t, 4>{65535, 0, 0, 0});
  for (std::string_view bad :
       {"", ".", "1.", "1..2", "1.2.3.4.5", "65536", "1.2-3", "v1", "1.2.3.4."})
    CHECK_FALSE(windows_version(bad));
  CHECK(version_of(R"({"name": "a", "version": "70000.2.3"})").number ==
        std::array<uint16_t, 4>{65535, 2, 3, 0});
}

TEST_CASE("an icon that is none is an error at its path") {
  WindowsOptions options;
  options.icon = "/p/app.ico";
  auto bad = dressing(R"({"name": "a"})", options, HandmadeIcon::png(16, 16));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == "icon-not-ico");
  CHECK(bad.error().position->file == "/p/app.ico");
  options.icon = "/p/missing.ico";
  CHECK_FALSE(dressing(R"({"name": "a"})", options));
}
