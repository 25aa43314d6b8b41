#include "packer/report/progress.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

// What a reporter writes while something is fetched and compiled.
std::string told(ProgressStyle style, size_t width = 80) {
  std::string out;
  ProgressReporter progress(style, width, [&](std::string_view text) { out += text; });
  progress.on_stage("getting packages");
  progress.on_fetch({2, 0, 10});
  progress.on_fetch({2, 2, 3'400'000});
  progress.on_stage("compiling");
  progress.clear();
  progress.clear();
  return out;
}

}  // namespace

TEST_CASE("nothing is told where nobody looks") {
  CHECK(told(ProgressStyle::kNone).empty());
}

TEST_CASE("plain lines tell the stages and what was downloaded in the end") {
  CHECK(told(ProgressStyle::kLines) ==
        "getting packages\n"
        "getting packages: 2 of 2 downloads, 3.4 MB\n"
        "compiling\n");
}

TEST_CASE("on a terminal one line is rewritten, and taken away once") {
  CHECK(told(ProgressStyle::kOneLine) ==
        "\r\x1b[Kgetting packages"
        "\r\x1b[Kgetting packages: 0 of 2 downloads, <0.1 MB"
        "\r\x1b[Kgetting packages: 2 of 2 downloads, 3.4 MB"
        "\r\x1b[Kcompiling"
        "\r\x1b[K");
}

TEST_CASE("the rewritten line never fills the terminal's width") {
  std::string out = told(ProgressStyle::kOneLine, 20);
  CHECK(out.find("getting ...s, 3.4 MB\r") == std::string::npos);
  CHECK(out.find("\r\x1b[Kgetting ...  3.4 MB") == std::string::npos);
  CHECK(out.find("\r\x1b[Kgetting ..., 3.4 MB\r") != std::string::npos);
}

TEST_CASE("a build without downloads has no line about them") {
  std::string out;
  ProgressReporter progress(ProgressStyle::kLines, 80, [&](std::string_view text) { out += text; });
  progress.on_stage("getting packages");
  progress.on_fetch({0, 0, 0});
  CHECK(out == "getting packages\n");
}
