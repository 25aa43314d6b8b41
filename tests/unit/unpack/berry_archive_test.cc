#include "packer/unpack/berry_archive.h"

#include <catch2/catch.hpp>

#include "tar_builder.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// Checksums that yarn 3.8.7 and 4.18.1 have written for the tarball that `vector` makes.
constexpr char kMixed[] =
    "8d8ba435cb2f1aa20b2e4e3a2eddf73fd8dcad11060f4348400349d0a7bdae68"
    "421ee46fde75faeebe0759633b134157ee0eb21579aec89f049bf0046203f186";
constexpr char kStored[] =
    "72ab6ef2dfebc6a815ff01228d3b986e115dfa4c54f506956d2ba53c2bf47532"
    "451b3ef54f2222a26682243d66b61cd461ebfa923a04466ea77e8114a0824558";
constexpr char kLevel3[] =
    "d6091a5cee40630657709233205b6df1de4b5c2cc59591013e7078c0d7b0a914"
    "580b86249f2c9a50e91431f124c65d1d10577974fdab20fb311fc074838bafd7";
constexpr char kName[] = "@scope/vector";

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string vector(const std::string& dot = "dot") {
  TarItem folder;
  folder.path = "package/lib";
  folder.type = '5';
  return TarBuilder()
      .file("package/package.json", R"({"name":"@scope/vector","version":"1.2.3"})")
      .add(folder)
      .file("package/lib/run.js", "#!/usr/bin/env node\n", 0744)
      .file("package/lib/long.txt", repeated("the same line again\n", 500))
      .file("package/lib/empty.txt", "")
      .file("package/lib/deep/er/a.js", "a")
      .file("./package/dot.txt", dot)
      .pax({{"path", "package/caf\u00e9.txt"}})
      .file("package/caf", "not ASCII")
      .link("package/link.js", "lib/run.js")
      .link("package/hard.js", "package/lib/run.js", '1')
      .file("alone.txt", "in no folder")
      .file("package/../../escape.txt", "out")
      .file("package/lib/long.txt", repeated("other\n", 400))
      .tgz();
}

Status check(const std::string& tarball, const std::string& key, const std::string& sha512,
             const std::string& name = kName) {
  return check_berry_archive(std::string_view(tarball), name, "vector@1.2.3", {key, sha512});
}

}  // namespace

TEST_CASE("the archive is the one that yarn makes, at every level of compression tried") {
  CHECK(check(vector(), "8", kMixed));
  CHECK(check(vector(), "8c0", kStored));
  CHECK(check(vector(), "8c3", kLevel3));
  CHECK(check(vector(), "10c0", kStored));
}

TEST_CASE("what yarn 4.0 stored under the key for mixed archives is proved as well") {
  CHECK(check(vector(), "10", kStored));
  CHECK(check(vector(), "10", kMixed));
}

TEST_CASE("one other byte, another name or another recipe is a mismatch") {
  for (const auto& status :
       {check(vector("Dot"), "8", kMixed), check(vector("Dot"), "10c0", kStored),
        check(vector(), "8", kMixed, "@scope/other"), check(vector(), "8c3", kMixed),
        check(vector(), "8c0", kMixed), check(vector(), "10c0", "")}) {
    REQUIRE_FALSE(status);
    CHECK(status.error().code == "integrity-mismatch");
    CHECK(status.error().kind == ErrorKind::kIntegrity);
  }
}

TEST_CASE("a cache key that is not known proves nothing") {
  for (const char* key : {"", "1ff0", "11", "10c", "10c10", "10cx", "6", "8c-1"}) {
    INFO(key);
    auto status = check(vector(), key, kStored);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == "archive-unknown");
    CHECK(status.error().kind == ErrorKind::kIntegrity);
  }
}

TEST_CASE("hostile tarballs are refused by name while they are being proved") {
  std::string whole = vector();
  for (size_t size = 0; size < whole.size(); size += 13)
    CHECK_FALSE(check(whole.substr(0, size), "10c0", kStored));
  auto bomb = check(gzip_bomb("", 64), "10c0", kStored);
  REQUIRE_FALSE(bomb);
  CHECK(bomb.error().code == "tarball-too-large");
  auto long_path =
      check(TarBuilder().gnu_long_name("p/" + std::string(5000, 'x')).file("p/x", "").tgz(), "10c0",
            kStored);
  REQUIRE_FALSE(long_path);
  CHECK(long_path.error().code == "tarball-entry-name");
}
