#include "packer/unpack/patch.h"

#include <catch2/catch.hpp>

#include "packer/unpack/patch_file.h"
#include "tar_builder.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

UnpackedPackage package() {
  auto unpacked = unpack_package(std::string_view(TarBuilder()
                                                      .file("p/package.json", R"({"name":"a"})")
                                                      .file("p/a.js", "one\ntwo\nthree\nfour\n")
                                                      .file("p/end.js", "no end")
                                                      .tgz()),
                                 "a@1.0.0");
  REQUIRE(unpacked);
  return std::move(*unpacked);
}

// What the patched package has in a file, or the code of the error.
std::string patched(const std::string& text, const std::string& path = "a.js") {
  UnpackedPackage unpacked = package();
  auto status = apply_patch({"patches/a.patch", text}, "a@1.0.0", unpacked);
  if (!status) {
    CHECK(status.error().position);
    return status.error().code;
  }
  const PackageFile* file = unpacked.tarball.find(path);
  return file ? std::string(file->content.text()) + (file->executable ? "*" : "") : "gone";
}

constexpr char kHead[] = "diff --git a/a.js b/a.js\nindex 1..2 100644\n--- a/a.js\n+++ b/a.js\n";

}  // namespace

TEST_CASE("hunks change the lines they name") {
  CHECK(patched(std::string(kHead) +
                "@@ -1,2 +1,3 @@\n one\n-two\n+2\n+2.5\n@@ -4 +5,2 @@ f()\n four\n+five\n") ==
        "one\n2\n2.5\nthree\nfour\nfive\n");
  CHECK(patched("--- a/end.js\n+++ b/end.js\n@@ -1 +1 @@\n-no end\n\\ No newline at end of "
                "file\n+an end\n",
                "end.js") == "an end\n");
}

TEST_CASE("files are made, deleted, renamed and made executable") {
  CHECK(patched("diff --git a/n.js b/n.js\nnew file mode 100755\n--- /dev/null\n+++ b/n.js\n@@ "
                "-0,0 +1 @@\n+new\n",
                "n.js") == "new\n*");
  std::string deleted =
      "--- a/end.js\n+++ /dev/null\n@@ -1 +0,0 @@\n-no end\n\\ No newline at end of file\n";
  CHECK(patched(deleted, "end.js") == "gone");
  CHECK(patched("diff --git a/a.js b/b.js\nrename from a.js\nrename to b.js\n", "b.js") ==
        "one\ntwo\nthree\nfour\n");
}

TEST_CASE("package.json is read again") {
  UnpackedPackage unpacked = package();
  REQUIRE(apply_patch({"p",
                       "--- a/package.json\n+++ b/package.json\n@@ -1 +1 @@\n"
                       "-{\"name\":\"a\"}\n\\ No newline at end of file\n"
                       "+{\"name\":\"a\",\"bin\":\"a.js\"}\n"},
                      "a@1.0.0", unpacked));
  CHECK(unpacked.tarball.find("a.js")->executable);
}

TEST_CASE("a patch that does not fit to the letter is refused") {
  std::string head = kHead;
  for (const std::string& text :
       {head + "@@ -1,2 +1,2 @@\n one\n-TWO\n+2\n", head + "@@ -2,2 +2,2 @@\n one\n-two\n+2\n",
        head + "@@ -9 +9 @@\n-nine\n+9\n",
        head + "@@ -3 +3 @@\n-three\n+3\n@@ -1 +1 @@\n-one\n+1\n",
        std::string("--- a/none.js\n+++ b/none.js\n@@ -1 +1 @@\n-a\n+b\n"),
        std::string("--- /dev/null\n+++ b/a.js\n@@ -0,0 +1 @@\n+a\n"),
        std::string("--- /dev/null\n+++ b/a.js/b\n@@ -0,0 +1 @@\n+a\n"),
        std::string("--- a/a.js\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n")})
    CHECK(patched(text) == "patch-does-not-fit");
}

TEST_CASE("what is no patch of text files is refused by name") {
  std::string head = kHead;
  for (const std::string& text :
       {head, head + "@@ -1,2 +1 @@\n one\n", head + "@@ -x +1 @@\n",
        head + "@@ -0,1 +1 @@\n-a\n+b\n", head + "@@ -1 +1 @@\n?one\n",
        head + "@@ -18446744073709551616 +1 @@\n-a\n", head + "@@ -1 +1 @@\n-one\n-two\n+a\n",
        std::string("@@ -1 +1 @@\n-one\n+1\n"),
        std::string("diff --git a/a b/a\nGIT binary patch\n"),
        std::string("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 "
                    "@@\n+x\n"),
        std::string("--- a/../a.js\n+++ b/a.js\n@@ -1 +1 @@\n-one\n+1\n"),
        std::string("--- /dev/null\n+++ /etc/passwd\n@@ -0,0 +1 @@\n+x\n"),
        std::string("--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+x\n")}) {
    INFO(text);
    CHECK(patched(text) == "patch-malformed");
  }
}

TEST_CASE("pnpm's hash of a patch file is checked, whichever it is, and yarn's cannot be") {
  MemoryFileSystem files;
  files.add("/app/patches/a.patch", "a patch\r\n");
  LockedPackage locked;
  locked.name = "a";
  auto read = [&](const std::string& digest, LockfileKind kind) {
    locked.patch = PackagePatch{"patches/a.patch", digest};
    auto patch = read_patch_file(files, "/app", locked, kind);
    return patch ? patch->text : patch.error().code;
  };
  CHECK(read("zlxq6vfcnr3tqoyt4qp2d4htvu", LockfileKind::kPnpm) == "a patch\r\n");
  CHECK(read(sha256_hex(std::string_view("a patch\n")), LockfileKind::kPnpm) == "a patch\r\n");
  CHECK(read("zlxq6vfcnr3tqoyt4qp2d4htv7", LockfileKind::kPnpm) == "patch-altered");
  CHECK(read("", LockfileKind::kPnpm) == "patch-altered");
  CHECK(read("abcdef", LockfileKind::kYarnBerry) == "a patch\r\n");
  files.add("/app/patches/c.patch", "no line feed");
  locked.patch = PackagePatch{"patches/c.patch\npatches/a.patch", ""};
  auto several = read_patch_file(files, "/app", locked, LockfileKind::kYarnBerry);
  REQUIRE(several);
  CHECK(several->text == "no line feed\na patch\r\n");
  CHECK(several->path == "patches/c.patch & patches/a.patch");
  locked.patch = PackagePatch{"", "abcdef"};
  CHECK(read_patch_file(files, "/app", locked, LockfileKind::kPnpm).error().code ==
        "patch-missing");
  locked.patch = PackagePatch{"patches/b.patch", ""};
  CHECK(read_patch_file(files, "/app", locked, LockfileKind::kBun).error().code == "patch-missing");
}
