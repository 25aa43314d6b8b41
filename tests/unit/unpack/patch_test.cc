#include "packer/unpack/patch.h"

#include <catch2/catch.hpp>

#include "base/utf8.h"
#include "packer/unpack/patch_file.h"
#include "packer/unpack/patch_hunks.h"
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
std::string patched(const std::string& text, const std::string& path = "a.js",
                    PatchManner manner = PatchManner::kPnpm) {
  UnpackedPackage unpacked = package();
  auto status = apply_patches({manner, {{"patches/a.patch", text}}}, "a@1.0.0", unpacked);
  if (!status) {
    CHECK(status.error().position);
    return status.error().code;
  }
  const PackageFile* file = unpacked.tarball.find(path);
  return file ? std::string(file->content.text()) + (file->executable ? "*" : "") : "gone";
}

constexpr PatchManner kManners[] = {PatchManner::kPnpm, PatchManner::kBerry, PatchManner::kBun};
constexpr char kHead[] = "diff --git a/a.js b/a.js\nindex 1..2 100644\n--- a/a.js\n+++ b/a.js\n";

// A file of `count` lines "1", "2", ...
std::string numbered(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += std::to_string(i) + "\n";
  return text;
}

// A hunk that makes "50" of the line "5" and says that it is line `line`.
std::string hunk_at(int line) {
  std::string at = std::to_string(line);
  return "--- a/a.js\n+++ b/a.js\n@@ -" + at + " +" + at + " @@\n-5\n+50\n";
}

std::expected<std::string, size_t> hunked(const std::string& text, const std::string& patch,
                                          PatchManner manner) {
  auto parsed = parse_patch(patch, "a.patch", manner);
  REQUIRE(parsed);
  REQUIRE(parsed->effects.size() == 1);
  return apply_hunks(text, parsed->effects[0].hunks, manner);
}

}  // namespace

TEST_CASE("hunks change the lines they name") {
  for (PatchManner manner : kManners) {
    CHECK(patched(std::string(kHead) +
                      "@@ -1,2 +1,3 @@\n one\n-two\n+2\n+2.5\n@@ -4 +5,2 @@ f()\n four\n+five\n",
                  "a.js", manner) == "one\n2\n2.5\nthree\nfour\nfive\n");
    CHECK(patched("--- a/end.js\n+++ b/end.js\n@@ -1 +1 @@\n-no end\n\\ No newline at end of "
                  "file\n+an end\n",
                  "end.js", manner) == "an end\n");
  }
}

TEST_CASE("hunks are found as far from the line they name as each package manager looks for them") {
  const std::string text = numbered(60);
  auto fits = [&](int line, PatchManner manner) {
    auto out = hunked(text, hunk_at(line), manner);
    if (out) CHECK(out->find("\n4\n50\n6\n") != std::string::npos);
    return out.has_value();
  };
  for (PatchManner manner : kManners) CHECK(fits(5, manner));
  CHECK(fits(1, PatchManner::kPnpm));
  CHECK(fits(25, PatchManner::kPnpm));
  CHECK_FALSE(fits(26, PatchManner::kPnpm));
  CHECK(fits(60, PatchManner::kBerry));
  CHECK(fits(900, PatchManner::kBerry));
  CHECK_FALSE(fits(4, PatchManner::kBun));
  CHECK_FALSE(fits(6, PatchManner::kBun));
}

TEST_CASE(
    "of several places at which a hunk fits each package manager takes the one it tries first") {
  // The line before is tried first by pnpm; yarn begins one line further down.
  CHECK(hunked("1\n5\n3\n5\n", hunk_at(3), PatchManner::kPnpm) == "1\n50\n3\n5\n");
  CHECK(hunked("1\n5\n3\n5\n", hunk_at(3), PatchManner::kBerry) == "1\n5\n3\n50\n");
  CHECK(hunked("5\n5\n5\n", hunk_at(2), PatchManner::kPnpm) == "5\n50\n5\n");
  CHECK(hunked("5\n5\n5\n", hunk_at(2), PatchManner::kBerry) == "5\n5\n50\n");
  CHECK(hunked("5\n5\n5\n", hunk_at(2), PatchManner::kBun) == "5\n50\n5\n");
}

TEST_CASE(
    "white space at the end of a line makes it no other, and stays where nothing is changed") {
  for (PatchManner manner : kManners)
    CHECK(hunked("a \t\r\n5\xC2\xA0\nb\n",
                 "--- a/a.js\n+++ b/a.js\n@@ -1,3 +1,3 @@\n a\n-5\n+50\n b\n",
                 manner) == "a \t\r\n50\nb\n");
  CHECK(hunked(" 5\n", hunk_at(1), PatchManner::kPnpm) == std::unexpected(size_t{0}));
}

TEST_CASE("text that is no UTF-8 is decoded as JavaScript does it when it is changed") {
  CHECK(with_replacements("a\xFF\xE2\x82") == "a\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(with_replacements("\xF0\x90\x80z\xED\xA0") == "\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(with_replacements("\xE2\x82\xAC") == "\xE2\x82\xAC");
}

TEST_CASE("files are made, deleted, renamed and made executable") {
  const std::string made =
      "diff --git a/n.js b/n.js\nnew file mode 100755\n--- /dev/null\n+++ b/n.js\n@@ "
      "-0,0 +1 @@\n+new\n";
  const std::string mode = "diff --git a/a.js b/a.js\nold mode 100644\nnew mode 100755\n";
  const std::string renamed = "diff --git a/a.js b/d/b.js\nrename from a.js\nrename to d/b.js\n";
  for (PatchManner manner : kManners) {
    bool yarn = manner == PatchManner::kBerry;
    CHECK(patched(made, "n.js", manner) == "new\n*");
    CHECK(patched("diff --git a/end.js b/end.js\ndeleted file mode 100644\n--- a/end.js\n"
                  "+++ /dev/null\n@@ -1 +0,0 @@\n-something else\n",
                  "end.js", manner) == "gone");
    CHECK(patched(mode, "end.js", manner) == "no end");
    CHECK(patched(mode, "a.js", manner) ==
          std::string("one\ntwo\nthree\nfour\n") + (yarn ? "" : "*"));
    CHECK(patched(renamed, "d/b.js", manner) ==
          (yarn ? "patch-does-not-fit" : "one\ntwo\nthree\nfour\n"));
  }
}

TEST_CASE("package.json is read again") {
  UnpackedPackage unpacked = package();
  REQUIRE(apply_patches({PatchManner::kPnpm,
                         {{"p",
                           "--- a/package.json\n+++ b/package.json\n@@ -1 +1 @@\n"
                           "-{\"name\":\"a\"}\n\\ No newline at end of file\n"
                           "+{\"name\":\"a\",\"bin\":\"a.js\"}\n"}}},
                        "a@1.0.0", unpacked));
  CHECK(unpacked.tarball.find("a.js")->executable);
}

TEST_CASE("a patch that fits nowhere is refused, by file and hunk") {
  std::string head = kHead;
  for (const std::string& text :
       {head + "@@ -1,2 +1,2 @@\n one\n-TWO\n+2\n", head + "@@ -9 +9 @@\n-nine\n+9\n",
        std::string("--- a/none.js\n+++ b/none.js\n@@ -1 +1 @@\n-a\n+b\n"),
        std::string("diff --git a/none.js b/none.js\nold mode 100644\nnew mode 100755\n"),
        std::string("--- /dev/null\n+++ /dev/null\n@@ -0,0 +1 @@\n+x\n"),
        std::string("diff --git a/a.js/b b/a.js/b\nnew file mode 100644\n@@ -0,0 +1 @@\n+a\n")})
    for (PatchManner manner : kManners) {
      INFO(text);
      CHECK(patched(text, "a.js", manner) == "patch-does-not-fit");
    }
  UnpackedPackage unpacked = package();
  auto status = apply_patches(
      {PatchManner::kPnpm, {{"p", head + "@@ -1 +1 @@\n-one\n+1\n@@ -2 +2 @@\n-TWO\n+2\n"}}},
      "a@1.0.0", unpacked);
  REQUIRE(!status);
  CHECK(status.error().position->line == 8);
  CHECK(status.error().message.find("hunk 2 of a.js fits at no line") != std::string::npos);
}

TEST_CASE("a patch that is in the package already is enough for pnpm") {
  const std::string there = std::string(kHead) + "@@ -1,2 +1,2 @@\n one\n-2\n+two\n";
  CHECK(patched(there, "a.js", PatchManner::kPnpm) == "one\ntwo\nthree\nfour\n");
  CHECK(patched(there, "a.js", PatchManner::kBerry) == "patch-does-not-fit");
  const std::string gone = "diff --git a/none.js b/none.js\ndeleted file mode 100644\n";
  CHECK(patched(gone, "none.js", PatchManner::kPnpm) == "gone");
  CHECK(patched(gone, "none.js", PatchManner::kBerry) == "patch-does-not-fit");
}

TEST_CASE("an optional patch that does not fit is left out with a warning") {
  const std::string bad =
      std::string(kHead) + "@@ -1 +1 @@\n-one\n+1\n" +
      "diff --git a/end.js b/end.js\n--- a/end.js\n+++ b/end.js\n@@ -1 +1 @@\n-x\n+y\n";
  const std::string good = std::string(kHead) + "@@ -3 +3 @@\n-three\n+3\n";
  auto made = [&](PatchManner manner) {
    UnpackedPackage unpacked = package();
    REQUIRE(apply_patches({manner, {{"bad", bad, true}, {"good", good}}}, "a@1.0.0", unpacked));
    REQUIRE(unpacked.tarball.warnings.size() == 1);
    CHECK(unpacked.tarball.warnings[0].code == "patch-left-out");
    return std::string(unpacked.tarball.find("a.js")->content.text());
  };
  CHECK(made(PatchManner::kBerry) == "one\ntwo\n3\nfour\n");
  CHECK(made(PatchManner::kPnpm) == "1\ntwo\n3\nfour\n");
}

TEST_CASE("parts of a patch of yarn can be for some versions alone") {
  UnpackedPackage unpacked = package();
  unpacked.facts.manifest.version = "1.5.0";
  auto part = [](const std::string& range, const std::string& hunk) {
    return "diff --git a/a.js b/a.js\nsemver exclusivity " + range + "\n" + hunk;
  };
  REQUIRE(apply_patches({PatchManner::kBerry,
                         {{"p", part("^2.0.0", "@@ -1 +1 @@\n-one\n+1\n") +
                                    part(">=1.2", "@@ -2 +2 @@\n-two\n+2\n")}}},
                        "a@1.5.0", unpacked));
  CHECK(unpacked.tarball.find("a.js")->content.text() == "one\n2\nthree\nfour\n");
}

TEST_CASE("parts of a patch that are of binary files are left out with a warning") {
  UnpackedPackage unpacked = package();
  REQUIRE(apply_patches({PatchManner::kPnpm,
                         {{"p",
                           "diff --git a/a.png b/a.png\nindex 1..2 100644\nGIT binary patch\n"
                           "literal 3\nabc\n"}}},
                        "a@1.0.0", unpacked));
  REQUIRE(unpacked.tarball.warnings.size() == 1);
  CHECK(unpacked.tarball.warnings[0].code == "patch-binary");
  CHECK(unpacked.tarball.warnings[0].position->line == 3);
}

TEST_CASE("what is no patch of text files is refused by name") {
  std::string head = kHead;
  for (const std::string& text :
       {head + "@@ -1,2 +1 @@\n one\n", head + "@@ -x +1 @@\n",
        head + "@@ -0,1 +1 @@\n-a\n-c\n+b\n", head + "@@ -1 +1 @@\n-one\n-two\n+a\n",
        head + "@@ -1 +1 @@\n\\ No newline at end of file\n", head + "@@ -1 +1 @@\n-a\n\\ odd\n",
        std::string("diff --git \"a/\\303.js\" \"b/\\303.js\"\n"),
        std::string("@@ -1 +1 @@\n-one\n+1\ndiff --git a/a.js\n"),
        std::string("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 "
                    "@@\n+x\n"),
        std::string("diff --git a/a.js b/b\nrename from a.js\n"),
        std::string("--- a/a.js\n+++ b/../a.js\n@@ -1 +1 @@\n-one\n+1\n"),
        std::string("diff --git a//etc/passwd b//etc/passwd\nnew file mode 100644\n")})
    for (PatchManner manner : kManners) {
      INFO(text);
      CHECK(patched(text, "a.js", manner) == "patch-malformed");
    }
  CHECK(patched(head, "a.js", PatchManner::kBerry) == "patch-malformed");
}

TEST_CASE("numbers of lines beyond all files neither overflow nor take long") {
  for (PatchManner manner : kManners) {
    const std::string head = kHead;
    CHECK(patched(head + "@@ -99999999999999999999 +99999999999999999999 @@\n-nine\n+9\n", "a.js",
                  manner) == "patch-does-not-fit");
    patched(head + "@@ -99999999999999999999,0 +99999999999999999999 @@\n+9\n", "a.js", manner);
  }
}

TEST_CASE("pnpm's hash of a patch file is checked, whichever it is, and yarn's cannot be") {
  MemoryFileSystem files;
  files.add("/app/patches/a.patch", "a patch\r\n");
  LockedPackage locked;
  locked.name = "a";
  auto read = [&](const std::string& digest, LockfileKind kind) {
    locked.patch = PackagePatch{{{"patches/a.patch"}}, digest, ""};
    auto patch = read_patches(files, "/app", locked, kind);
    return patch ? patch->text() : patch.error().code;
  };
  CHECK(read("zlxq6vfcnr3tqoyt4qp2d4htvu", LockfileKind::kPnpm) == "a patch\r\n");
  CHECK(read(sha256_hex(std::string_view("a patch\n")), LockfileKind::kPnpm) == "a patch\r\n");
  CHECK(read("zlxq6vfcnr3tqoyt4qp2d4htv7", LockfileKind::kPnpm) == "patch-altered");
  CHECK(read("", LockfileKind::kPnpm) == "patch-altered");
  CHECK(read("abcdef", LockfileKind::kYarnBerry) == "a patch\r\n");
  files.add("/app/patches/c.patch", "no line feed");
  locked.patch = PackagePatch{{{"patches/c.patch", true}, {"patches/a.patch"}}, "", ""};
  auto several = read_patches(files, "/app", locked, LockfileKind::kYarnBerry);
  REQUIRE(several);
  CHECK(several->manner == PatchManner::kBerry);
  CHECK(several->files[0].optional);
  CHECK_FALSE(several->files[1].optional);
  CHECK(several->text() == "no line feed\na patch\r\n");
  CHECK(several->path() == "patches/c.patch & patches/a.patch");
  locked.patch = PackagePatch{{{""}}, "abcdef", ""};
  CHECK(read_patches(files, "/app", locked, LockfileKind::kPnpm).error().code == "patch-missing");
  locked.patch = PackagePatch{{{"patches/b.patch"}}, "", ""};
  CHECK(read_patches(files, "/app", locked, LockfileKind::kBun).error().code == "patch-missing");
}
