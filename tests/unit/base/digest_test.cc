#include "base/digest.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/atomic_file.h"

using namespace ingot;

TEST_CASE("digests agree with the published test vectors") {
  CHECK(sha256_hex(std::string_view("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest_of(DigestAlgorithm::kSha1, std::string_view("abc")).hex() ==
        "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("a digest taken in pieces equals the one taken at once") {
  Hasher hasher(DigestAlgorithm::kSha512);
  hasher.update(std::string_view("ab"));
  hasher.update(std::string_view("c"));
  CHECK(hasher.finish() == digest_of(DigestAlgorithm::kSha512, std::string_view("abc")));
}

TEST_CASE("a digest of a file is that of its bytes") {
  char path[] = "/tmp/ingot-digest-XXXXXX";
  close(mkstemp(path));
  for (size_t size : {0, 1, 64 << 10, 200'000}) {
    std::string text(size, 'x');
    REQUIRE(write_file_atomically(path, std::string_view(text)));
    CHECK(digest_of_file(DigestAlgorithm::kSha512, path) ==
          digest_of(DigestAlgorithm::kSha512, std::string_view(text)));
  }
  std::remove(path);
  CHECK_FALSE(digest_of_file(DigestAlgorithm::kSha512, path));
  CHECK_FALSE(digest_of_file(DigestAlgorithm::kSha512, "/"));
}

TEST_CASE("base64 has exactly one spelling") {
  CHECK(to_base64(std::string_view("a")) == "YQ==");
  CHECK(from_base64("YQ==").value() == Bytes{'a'});
  CHECK(from_base64("").value().empty());
  for (const char* loose : {"YQ", "YQ=", "YQ===", "Y Q==", "YR==", "Y=Q=", "====", "YQ==\n"}) {
    CAPTURE(loose);
    CHECK_FALSE(from_base64(loose));
  }
}

TEST_CASE("hex is read in either case and nothing else") {
  CHECK(from_hex("aBfF").value() == Bytes{0xab, 0xff});
  CHECK_FALSE(from_hex("abc"));
  CHECK_FALSE(from_hex("zz"));
}
