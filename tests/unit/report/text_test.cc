#include "packer/report/text.h"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("sizes are millions of bytes with one decimal") {
  CHECK(megabytes(0) == "0.0 MB");
  CHECK(megabytes(1) == "<0.1 MB");
  CHECK(megabytes(49'999) == "<0.1 MB");
  CHECK(megabytes(50'001) == "0.1 MB");
  CHECK(megabytes(149'711'504) == "149.7 MB");
}

TEST_CASE("counts agree with their noun") {
  CHECK(counted(0, "file") == "0 files");
  CHECK(counted(1, "file") == "1 file");
  CHECK(counted(999, "file") == "999 files");
  CHECK(counted(1'000, "file") == "1,000 files");
  CHECK(counted(1'234'567, "file") == "1,234,567 files");
}

TEST_CASE("a path below the current folder is shown relative to it") {
  CHECK(shown_path("/home/me/app/x", "/home/me") == "app/x");
  CHECK(shown_path("/home/me/app/x", "/home/me/") == "app/x");
  CHECK(shown_path("/home/meow/x", "/home/me") == "/home/meow/x");
  CHECK(shown_path("/x", "/") == "/x");
  CHECK(shown_path("/x", "") == "/x");
}

TEST_CASE("text of others cannot steer the terminal") {
  CHECK(printable("plain \xC3\xA4 text") == "plain \xC3\xA4 text");
  CHECK(printable("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(printable(std::string_view("a\0b\r", 4)) == "a\\x00b\\x0d");
  CHECK(printable("a\xC2\x9Bzb") == "a\\u009bzb");
  CHECK(printable("x\nerror: forged") == "x\n    error: forged");
}

TEST_CASE("text is broken at spaces, and a word that is too long stays whole") {
  CHECK(wrapped("one two three", 9, 2) == "one two\n  three");
  CHECK(wrapped("one two three", 100, 2) == "one two three");
  CHECK(wrapped("a-very-long-word b", 6, 2) == "a-very-long-word\n  b");
  CHECK(wrapped("", 6, 2).empty());
}

TEST_CASE("long text is cut in the middle, between characters") {
  CHECK(elided("short", 10) == "short");
  CHECK(elided("exactly ten", 11) == "exactly ten");
  CHECK(elided("abcdefghijklmnop", 9) == "abc...nop");
  CHECK(elided("abcdefghijklmnop", 10) == "abc...mnop");
  CHECK(elided("abcdefgh", 2) == "..");
  CHECK(elided("abcdefgh", 0).empty());
  CHECK(elided("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 5) == "\xC3\xA4...\xC3\xA4");
}
