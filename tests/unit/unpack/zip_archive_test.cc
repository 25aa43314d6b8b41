#include "packer/unpack/zip_archive.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "packer/unpack/zip_format.h"

using namespace ingot;

namespace {

struct Item {
  std::string name;
  std::string content = {};
  uint32_t mode = 0100644;
  bool deflated = false;
};

std::string deflated(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string le(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

// As yarn writes it.
std::string zip_of(const std::vector<Item>& items) {
  std::string out, directory;
  for (const Item& item : items) {
    std::string body = item.deflated ? deflated(item.content) : item.content;
    uint32_t crc = static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(item.content.data()), item.content.size()));
    std::string common = le(20, 2) + le(0, 2) + le(item.deflated ? 8 : 0, 2) + le(0, 4) +
                         le(crc, 4) + le(body.size(), 4) + le(item.content.size(), 4) +
                         le(item.name.size(), 2) + le(0, 2);
    directory += le(zip::kCentralHeader, 4) + le(0x033f, 2) + common + le(0, 6) +
                 le(uint64_t{item.mode} << 16, 4) + le(out.size(), 4) + item.name;
    out += le(zip::kLocalHeader, 4) + common + item.name + body;
  }
  return out + directory + le(zip::kEndOfDirectory, 4) + le(0, 4) + le(items.size(), 2) +
         le(items.size(), 2) + le(directory.size(), 4) + le(out.size(), 4) + le(0, 2);
}

std::vector<Item> sample() {
  return {{"node_modules/", "", 040755},
          {"node_modules/@s/a/package.json", R"({"name":"@s/a"})"},
          {"node_modules/@s/a/lib/long.txt", std::string(5000, 'x'), 0100644, true},
          {"node_modules/@s/a/run", "#!", 0100755},
          {"node_modules/@s/a/" + std::string(120, 'd') + "/empty", ""},
          {"node_modules/@s/a/link", "run", 0120777}};
}

std::string code_of(const std::string& zip) {
  auto package = unpack_tarball(std::string_view(zip), "@s/a@1.0.0");
  return package ? "" : package.error().code;
}

}  // namespace

TEST_CASE("yarn's archive holds the package's files, with their modes, and links are left out") {
  std::string zip = zip_of(sample());
  REQUIRE(is_zip(std::string_view(zip)));
  auto package = unpack_tarball(std::string_view(zip), "@s/a@1.0.0");
  REQUIRE(package);
  std::string files;
  for (const PackageFile& file : package->files)
    files += file.path.substr(0, 12) + (file.executable ? "* " : " ") +
             std::to_string(file.content.size()) + "; ";
  CHECK(files == "dddddddddddd 0; lib/long.txt 5000; package.json 15; run* 2; ");
  CHECK(package->find("lib/long.txt")->content.text() == std::string(5000, 'x'));
  CHECK(package->dropped.size() == 1);
}

TEST_CASE("an archive is refused when anything in it is not as yarn writes it") {
  CHECK(code_of(zip_of({{"lib/a.js", "a"}})) == "tarball-damaged");
  CHECK(code_of(zip_of({{"node_modules/a.js", "a"}})) == "tarball-damaged");
  CHECK(code_of(zip_of({{"node_modules/a/../../../b", "a"}})) == "tarball-entry-escapes");
  CHECK(code_of(zip_of({{"node_modules/a/link", "../../b", 0120777}})) == "tarball-entry-escapes");
  CHECK(code_of(zip_of({})) != "");
  std::string bomb = zip_of({{"node_modules/a/zeros", std::string(64 << 20, '\0'), 0100644, true}});
  CHECK(code_of(bomb) == "tarball-too-large");
}

TEST_CASE("an archive that is cut short or has any byte changed is refused or harmless") {
  std::string whole = zip_of(sample());
  for (size_t size = 4; size < whole.size(); ++size) CHECK(code_of(whole.substr(0, size)) != "");
  size_t refused = 0;
  for (size_t at = 4; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] ^= 0x55;
    refused += code_of(changed).empty() ? 0 : 1;
  }
  // Names, modes and the parts of local headers that the directory repeats are not checked.
  CHECK(refused > 100);
}
