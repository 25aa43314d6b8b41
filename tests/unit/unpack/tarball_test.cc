#include "packer/unpack/tarball.h"

#include <catch2/catch.hpp>

#include "packer/unpack/package.h"
#include "tar_builder.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

UnpackedTarball unpacked(const std::string& bytes) {
  auto result = unpack_tarball(std::string_view(bytes), "pkg@1.0.0");
  INFO((result ? "" : result.error().message));
  REQUIRE(result);
  return std::move(*result);
}

std::string paths(const UnpackedTarball& tarball) {
  std::string out;
  for (const PackageFile& file : tarball.files) out += file.path + (file.executable ? "* " : " ");
  return out;
}

LockedPackage locked(std::string name, std::string version) {
  LockedPackage package;
  package.install_path = "node_modules/" + name;
  package.name = std::move(name);
  package.version = std::move(version);
  return package;
}

PackageFacts facts(std::string name, std::string version) {
  PackageFacts out;
  out.manifest.name = std::move(name);
  out.manifest.version = std::move(version);
  return out;
}

}  // namespace

TEST_CASE("files come out sorted, below the first component whatever its name") {
  UnpackedTarball tarball = unpacked(TarBuilder()
                                         .file("my-thing/lib/z.js", "z")
                                         .file("my-thing/a.js", "a")
                                         .file("other/./b//c.js", "c")
                                         .tgz());
  CHECK(paths(tarball) == "a.js b/c.js lib/z.js ");
  CHECK(tarball.find("lib/z.js")->content.text() == "z");
  CHECK(tarball.find("lib") == nullptr);
  CHECK(tarball.is_directory("lib"));
  CHECK_FALSE(tarball.is_directory("a.js"));
}

TEST_CASE("contents are views into the archive, not copies") {
  UnpackedTarball tarball = unpacked(TarBuilder().file("p/a", std::string(100'000, 'x')).tgz());
  const uint8_t* data = tarball.files[0].content.data();
  CHECK(data >= tarball.storage->data());
  CHECK(data + 100'000 <= tarball.storage->data() + tarball.storage->size());
}

TEST_CASE("an archive without compression is read as well") {
  CHECK(paths(unpacked(TarBuilder().file("p/a", "1").tar())) == "a ");
}

TEST_CASE("any x bit makes a file executable") {
  CHECK(
      paths(unpacked(
          TarBuilder().file("p/a", "", 0644).file("p/b", "", 0755).file("p/c", "", 0610).tgz())) ==
      "a b* c* ");
}

TEST_CASE("directories exist because something lies in them") {
  TarItem folder;
  folder.path = "p/empty/";
  folder.type = '5';
  CHECK(paths(unpacked(TarBuilder().add(folder).file("p/a", "").tgz())) == "a ");
}

TEST_CASE("a .gitignore becomes .npmignore unless there is one") {
  CHECK(paths(unpacked(TarBuilder().file("p/.gitignore", "g").tgz())) == ".npmignore ");
  UnpackedTarball first = unpacked(TarBuilder()
                                       .file("p/.npmignore", "n")
                                       .file("p/.gitignore", "g")
                                       .file("p/x/.gitignore", "")
                                       .tgz());
  CHECK(paths(first) == ".npmignore x/.npmignore ");
  CHECK(first.find(".npmignore")->content.text() == "n");
  CHECK(first.dropped.size() == 1);
  UnpackedTarball last =
      unpacked(TarBuilder().file("p/.gitignore", "g").file("p/.npmignore", "n").tgz());
  CHECK(last.find(".npmignore")->content.text() == "n");
  CHECK(last.warnings.empty());
}

TEST_CASE("of two equal paths the last counts, with a warning when they differ") {
  UnpackedTarball differ = unpacked(TarBuilder().file("p/a", "1").file("q/a", "2").tgz());
  CHECK(differ.files.size() == 1);
  CHECK(differ.find("a")->content.text() == "2");
  REQUIRE(differ.warnings.size() == 1);
  CHECK(differ.warnings[0].code == "tarball-path-twice");
  CHECK(unpacked(TarBuilder().file("p/a", "1").file("p/a", "1").tgz()).warnings.empty());
}

TEST_CASE("a link that stays inside is left out, and said to be") {
  UnpackedTarball tarball = unpacked(TarBuilder()
                                         .file("p/lib/a", "1")
                                         .link("p/bin/a", "../lib/a")
                                         .link("p/b", "p/lib/a", '1')
                                         .link("p/self", "../p/lib")
                                         .tgz());
  CHECK(paths(tarball) == "lib/a ");
  REQUIRE(tarball.dropped.size() == 3);
  CHECK(tarball.dropped[0].path == "bin/a");
}

TEST_CASE("long and foreign names are read from every kind of header") {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "folder" + std::to_string(i) + "/";
  TarItem prefixed;
  prefixed.path = "name.js";
  prefixed.harm = {{345, "p/" + std::string(120, 'd')}};
  UnpackedTarball tarball = unpacked(TarBuilder()
                                         .pax({{"path", "p/" + deep + "pax.js"}})
                                         .file("short", "1")
                                         .gnu_long_name("p/" + deep + "gnu.js")
                                         .file("short", "2")
                                         .add(prefixed)
                                         .pax({{"path", "p/\xCE\xA9.js"}})
                                         .file("short", "4")
                                         .file("p/\xE2\x82\xAC.js", "5")
                                         .tgz());
  CHECK(tarball.files.size() == 5);
  CHECK(tarball.find(deep + "pax.js")->content.text() == "1");
  CHECK(tarball.find(deep + "gnu.js")->content.text() == "2");
  CHECK(tarball.find(std::string(120, 'd') + "/name.js") != nullptr);
  CHECK(tarball.find("\xCE\xA9.js")->content.text() == "4");
  CHECK(tarball.find("\xE2\x82\xAC.js")->content.text() == "5");
}

TEST_CASE("sizes are read from pax and base-256 fields") {
  TarItem base256;
  base256.path = "p/b";
  base256.content = "0123456789";
  base256.harm = {{124, std::string("\x80\0\0\0\0\0\0\0\0\0\0\x0A", 12)}};
  TarItem lying;
  lying.path = "p/a";
  lying.content = "abc";
  lying.harm = {{124, "00000000000"}};
  UnpackedTarball tarball =
      unpacked(TarBuilder().add(base256).pax({{"size", "3"}}).add(lying).file("p/c", "c").tgz());
  CHECK(tarball.find("b")->content.text() == "0123456789");
  CHECK(tarball.find("a")->content.text() == "abc");
  CHECK(tarball.find("c")->content.text() == "c");
}

TEST_CASE("names that differ only in case or by the sharp s are different files") {
  UnpackedTarball tarball = unpacked(TarBuilder()
                                         .file("p/stra\xC3\x9F"
                                               "e",
                                               "1")
                                         .file("p/strasse", "2")
                                         .file("p/STRASSE", "3")
                                         .tgz());
  CHECK(tarball.files.size() == 3);
}

TEST_CASE("a package knows its name, version and commands") {
  std::string json = R"({"name":"@s/p","version":"1.2.3","name":"@s/p","bin":"./cli/run.js"})";
  auto package = unpack_package(
      std::string_view(TarBuilder().file("p/package.json", json).file("p/cli/run.js", "").tgz()),
      "p");
  REQUIRE(package);
  CHECK(package->facts.manifest.name == "@s/p");
  CHECK(package->tarball.find("cli/run.js")->executable);
  CHECK_FALSE(package->tarball.find("package.json")->executable);
  auto without = unpack_package(std::string_view(TarBuilder().file("p/a", "").tgz()), "p");
  CHECK(without.error().code == "package-json-missing");
}

TEST_CASE("a package has to be the one that was locked") {
  CHECK(check_identity(facts("a", "1.0.0"), locked("a", "1.0.0")));
  for (const char* spelling : {"v1.0.0", "=1.0.0", "1.0.0+build.5", " 1.0.0"}) {
    CAPTURE(spelling);
    CHECK(check_identity(facts("a", spelling), locked("a", "1.0.0")));
  }
  Status name = check_identity(facts("b", "1.0.0"), locked("a", "1.0.0"));
  CHECK(name.error().code == "package-name-mismatch");
  CHECK(name.error().kind == ErrorKind::kIntegrity);
  Status version = check_identity(facts("a", "1.0.1"), locked("a", "1.0.0"));
  CHECK(version.error().code == "package-version-mismatch");
  CHECK(version.error().kind == ErrorKind::kIntegrity);
  CHECK_FALSE(check_identity(facts("a", "1.0.0-rc.1"), locked("a", "1.0.0")));
  CHECK_FALSE(check_identity(facts("a", ""), locked("a", "1.0.0")));
  CHECK(check_identity(facts("a", "0.0.1"), locked("a", "")));
}
