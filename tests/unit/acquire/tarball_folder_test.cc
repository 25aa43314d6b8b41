#include "packer/acquire/tarball_folder.h"

#include <catch2/catch.hpp>

#include "base/atomic_file.h"
#include "scratch_folder.h"

using namespace ingot;

namespace {

void write(const ScratchFolder& scratch, const std::string& name, std::string_view text) {
  REQUIRE(make_directories(parent_path(scratch.path(name))));
  REQUIRE(write_file_atomically(scratch.path(name), text));
}

Digest sha512(std::string_view text) {
  return digest_of(DigestAlgorithm::kSha512, text);
}

}  // namespace

TEST_CASE("a tarball is found by any of its digests, whatever it is called and however deep") {
  ScratchFolder scratch;
  write(scratch, "x.tgz", "one");
  write(scratch, "deep/er/y.tar.gz", "two");
  write(scratch, "readme.txt", "three");
  auto folder = TarballFolder::open(real_file_system(), scratch.path());
  REQUIRE(folder);
  CHECK(folder->find(sha512("one")) == scratch.path("x.tgz"));
  CHECK(folder->find(sha512("two")) == scratch.path("deep/er/y.tar.gz"));
  CHECK(folder->find(digest_of(DigestAlgorithm::kSha1, std::string_view("two"))) ==
        scratch.path("deep/er/y.tar.gz"));
  CHECK_FALSE(folder->find(sha512("three")));
  CHECK_FALSE(folder->find(sha512("four")));
}

TEST_CASE("names that npm and registries give to tarballs lead to candidates") {
  ScratchFolder scratch;
  write(scratch, "scope-a-1.0.0.tgz", "packed");
  write(scratch, "sub/a-1.0.0.tgz", "downloaded");
  write(scratch, "a-1.0.0-beta.tgz", "another version");
  auto folder = TarballFolder::open(real_file_system(), scratch.path());
  REQUIRE(folder);
  CHECK(
      folder->named("@scope/a", "1.0.0") ==
      std::vector<std::string>{scratch.path("scope-a-1.0.0.tgz"), scratch.path("sub/a-1.0.0.tgz")});
  CHECK(folder->named("a", "1.0.0") == std::vector<std::string>{scratch.path("sub/a-1.0.0.tgz")});
  CHECK(folder->named("b", "1.0.0").empty());
}

TEST_CASE("a folder of tarballs that is not there is an error") {
  ScratchFolder scratch;
  auto folder = TarballFolder::open(real_file_system(), scratch.path("nowhere"));
  REQUIRE_FALSE(folder);
  CHECK(folder.error().code == "tarballs-missing");
  CHECK_FALSE(folder.error().hint.empty());
}
