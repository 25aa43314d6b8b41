// Archives that were made to do harm: each is refused by name, and none crashes.
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "packer/unpack/tarball.h"
#include "tar_builder.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

std::string refusal(const std::string& bytes, const TarballLimits& limits = {}) {
  auto result = unpack_tarball(std::string_view(bytes), "evil@6.6.6", limits);
  if (result) return "accepted";
  CHECK(result.error().message.find("evil@6.6.6") != std::string::npos);
  return result.error().code;
}

std::string refusal_of_path(const std::string& path) {
  return refusal(TarBuilder().file("package/a", "fine").file(path, "evil").tgz());
}

std::string refusal_of_link(const std::string& path, const std::string& target, char type) {
  return refusal(TarBuilder().file("package/a", "fine").link(path, target, type).tgz());
}

std::string compressible_package(size_t files) {
  TarBuilder builder;
  uint32_t state = 1;
  for (size_t i = 0; i < files; ++i) {
    std::string content;
    while (content.size() < 700) content += std::to_string(state = state * 1664525 + 1013904223);
    builder.file("package/file" + std::to_string(i), content);
  }
  return builder.tar();
}

}  // namespace

TEST_CASE("a path out of the package is refused, however it is written") {
  for (const char* path : {"/etc/passwd", "//etc/passwd", "/", "../evil", "..", "package/../evil",
                           "package/..", "package/a/../../../evil", "package/../package/a",
                           "C:/evil", "package/c:/evil", "c:evil", "package/z:evil"}) {
    CAPTURE(path);
    CHECK(refusal_of_path(path) == "tarball-entry-escapes");
    CHECK(refusal(TarBuilder().pax({{"path", path}}).file("package/x", "").tgz()) ==
          "tarball-entry-escapes");
    CHECK(refusal(TarBuilder().gnu_long_name(path).file("package/x", "").tgz()) ==
          "tarball-entry-escapes");
  }
  // Two dots are only two dots when they are the whole component.
  CHECK(refusal_of_path("package/..a/b..") == "accepted");
}

TEST_CASE("a name that means something else elsewhere is refused") {
  for (const char* path : {"package\\evil", "package/..\\..\\evil", "", "package/\xff\xfe",
                           "package/\xC0\xAE\xC0\xAE/x"}) {
    CAPTURE(path);
    CHECK(refusal_of_path(path) == "tarball-entry-name");
  }
  std::string long_name = "package/" + std::string(5000, 'a');
  CHECK(refusal(TarBuilder().gnu_long_name(long_name).file("x", "").tgz()) == "tarball-entry-name");
  std::string deep = "package";
  for (int i = 0; i < 1500; ++i) deep += "/a";
  CHECK(refusal(TarBuilder().gnu_long_name(deep).file("x", "").tgz()) == "tarball-entry-name");
}

TEST_CASE("a link out of the package is refused, symbolic or hard") {
  for (const char* target : {"/etc/passwd", "../../evil", "..", "a/../../evil", "C:/evil",
                             "..\\evil", "../package-2/a"}) {
    CAPTURE(target);
    CHECK(refusal_of_link("package/link", target, '2') == "tarball-entry-escapes");
    CHECK(refusal_of_link("package/link", target, '1') == "tarball-entry-escapes");
  }
  CHECK(refusal_of_link("package/link", "other/a", '1') == "tarball-entry-escapes");
  CHECK(refusal_of_link("package", "/etc", '2') == "tarball-entry-escapes");
}

TEST_CASE("nothing is ever written through a link: it is not there") {
  for (const char* below : {"package/dir/evil", "package/dir/x/evil"}) {
    auto result = unpack_tarball(std::string_view(TarBuilder()
                                                      .file("package/real/a", "")
                                                      .link("package/dir", "real")
                                                      .file(below, "e")
                                                      .tgz()),
                                 "evil");
    REQUIRE(result);
    CHECK(result->find(std::string(below).substr(8))->content.text() == "e");
    CHECK(result->files.size() == 2);
  }
  CHECK(refusal(TarBuilder().link("package/dir", "..").file("package/dir/evil", "").tgz()) ==
        "tarball-entry-escapes");
}

TEST_CASE("devices, pipes and sparse files are refused") {
  for (char type : {'3', '4', '6'}) {
    TarItem item;
    item.path = "package/device";
    item.type = type;
    CHECK(refusal(TarBuilder().file("package/a", "").add(item).tgz()) == "tarball-entry-kind");
  }
  // An old GNU sparse file: 512 bytes of data at offset 0 of a terabyte.
  TarItem sparse;
  sparse.path = "package/sparse";
  sparse.type = 'S';
  sparse.content = std::string(512, 'x');
  sparse.harm = {{257, std::string("ustar  \0", 8)},
                 {386, std::string("00000000000\0"
                                   "00000001000\0",
                                   24)},
                 {483, std::string("\x80\0\0\0\0\0\x01\0\0\0\0\0", 12)}};
  CHECK(refusal(TarBuilder().add(sparse).tgz()) == "tarball-entry-kind");
}

TEST_CASE("a file where a directory is needed is refused") {
  CHECK(refusal(TarBuilder().file("p/a", "1").file("p/a/b", "2").tgz()) == "tarball-path-conflict");
  CHECK(refusal(TarBuilder().file("p/a/b/c", "1").file("p/a-b", "").file("p/a", "2").tgz()) ==
        "tarball-path-conflict");
}

TEST_CASE("a wrong checksum of a header is damage, not the end") {
  TarItem item;
  item.path = "package/b";
  item.break_checksum = true;
  CHECK(refusal(TarBuilder().file("package/a", "").add(item).tgz()) == "tarball-damaged");
  CHECK(refusal(TarBuilder().add(item).tgz()) == "tarball-damaged");
}

TEST_CASE("a size that the archive does not have is damage") {
  for (const std::string& size :
       {std::string("77777777777"), std::string("00000010000"),
        std::string("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12), std::string(12, '\xff')}) {
    TarItem item;
    item.path = "package/b";
    item.content = "short";
    item.harm = {{124, size}};
    std::string code = refusal(TarBuilder().file("package/a", "").add(item).tgz());
    CHECK((code == "tarball-damaged" || code == "tarball-too-large"));
  }
}

TEST_CASE("a tarball cut at any block is damage") {
  std::string whole = gzip(compressible_package(300));
  REQUIRE(whole.size() > 64 * 1024);
  REQUIRE(refusal(whole) == "accepted");
  size_t cuts = 0;
  for (size_t size = 0; size < whole.size(); size += 512, ++cuts) {
    CAPTURE(size);
    CHECK(refusal(whole.substr(0, size)) != "accepted");
  }
  for (size_t missing = 1; missing <= 8; ++missing)  // the checksum and length at the end
    CHECK(refusal(whole.substr(0, whole.size() - missing)) == "tarball-damaged");
  CHECK(cuts > 100);
}

TEST_CASE("an archive that is cut inside a file is damage without compression too") {
  std::string whole = compressible_package(3);
  for (size_t size : {100ul, 512ul + 100, 512ul + 512, 3 * 512ul + 10}) {
    CAPTURE(size);
    CHECK(refusal(whole.substr(0, size)) == "tarball-damaged");
  }
}

TEST_CASE("a changed byte anywhere in the gzip data is noticed by its checksum") {
  std::string whole = gzip(compressible_package(20));
  for (size_t at = 20; at < whole.size(); at += 97) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    CAPTURE(at);
    CHECK(refusal(changed) != "accepted");
  }
}

TEST_CASE("gzip data is one member, with nothing but zeros after it") {
  std::string one = TarBuilder().file("package/a", "1").tgz();
  CHECK(refusal(one + std::string(512, '\0')) == "accepted");
  CHECK(refusal(one + one) == "tarball-damaged");
  CHECK(refusal(one + "trailer") == "tarball-damaged");
}

TEST_CASE("what is no archive is refused") {
  CHECK(refusal("") != "accepted");
  CHECK(refusal("<html>404</html>") == "tarball-damaged");
  CHECK(refusal(std::string(100'000, 'A')) == "tarball-damaged");
  CHECK(refusal(gzip("")) != "accepted");
  CHECK(refusal(gzip("not a tar")) == "tarball-damaged");
  CHECK(refusal(TarBuilder().tgz()) != "accepted");
}

TEST_CASE("a gigabyte of zeros is refused before it is there") {
  TarItem zeros;
  zeros.path = "package/zeros";
  zeros.harm = {{124, "10000000000"}};  // octal: 1 GiB
  std::string header = TarBuilder().add(zeros).tar().substr(0, 512);
  std::string bomb = gzip_bomb(header, 1025);
  REQUIRE(bomb.size() < 2 << 20);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto before = usage.ru_maxrss;
  CHECK(refusal(bomb) == "tarball-too-large");
  getrusage(RUSAGE_SELF, &usage);
  CHECK(usage.ru_maxrss - before < 400 << 10);  // in KiB
}

TEST_CASE("caps on entries, files and the whole are kept") {
  TarballLimits limits;
  limits.entries = 3;
  TarBuilder four;
  for (int i = 0; i < 4; ++i) four.file("p/" + std::to_string(i), "x");
  CHECK(refusal(four.tgz(), limits) == "tarball-too-large");
  limits = {};
  limits.file_bytes = 10;
  CHECK(refusal(TarBuilder().file("p/a", "0123456789").tgz(), limits) == "accepted");
  CHECK(refusal(TarBuilder().file("p/a", "0123456789a").tgz(), limits) == "tarball-too-large");
  limits = {};
  limits.total_bytes = 2048;
  CHECK(refusal(TarBuilder().file("p/a", std::string(4096, 'a')).tgz(), limits) ==
        "tarball-too-large");
  CHECK(refusal(TarBuilder().file("p/a", std::string(4096, 'a')).tar(), limits) ==
        "tarball-too-large");
}
