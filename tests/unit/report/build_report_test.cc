#include "packer/report/build_report.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

BuildSummary example() {
  BuildSummary summary;
  summary.output = "/home/me/dist/app";
  summary.target = "linux-x64";
  summary.name = "app";
  summary.version = "1.2.3";
  summary.entry = "main.js";
  summary.size = 151'000'000;
  summary.runtime_size = 149'700'000;
  summary.payload_size = 1'300'000;
  summary.packages = 3;
  summary.files = 1'234;
  summary.code_caches = 20;
  summary.compiled_now = 2;
  summary.proofs = {{"parent", 1}, {"sha512", 2}};
  summary.origins = {{"npm cache", 1}, {"store", 1}};
  summary.node_version = "26.10.0";
  summary.node_evidence = "signed sums";
  return summary;
}

}  // namespace

TEST_CASE("a build ends with what a person wants to know") {
  CHECK(render(example(), 1.26, "/home/me") ==
        "dist/app  151.0 MB, 1.3 s\n"
        "  program      app 1.2.3 for linux-x64, runs main.js\n"
        "  runtime      149.7 MB, Node.js 26.10.0\n"
        "  application  1.3 MB, 1,234 files, 20 with code cache (2 made now)\n"
        "  proved       3 packages: 1 inside another package's tarball, 2 by sha512\n"
        "  bytes        1 from npm's cache, 1 from ingot's store\n");
}

TEST_CASE("a project without packages has none to prove") {
  BuildSummary summary = example();
  summary.packages = summary.code_caches = 0;
  summary.proofs.clear();
  summary.origins.clear();
  std::string text = render(summary, 0, "");
  CHECK(text.find("  proved       0 packages\n") != std::string::npos);
  CHECK(text.find("no code cache") != std::string::npos);
  CHECK(text.find("bytes") == std::string::npos);
}

TEST_CASE("a program gets the same facts as a person, and the warnings") {
  CHECK(success_json(example(), 1.2345, {}) ==
        "{\"ok\":true,\"output\":\"/home/me/dist/app\",\"target\":\"linux-x64\",\"name\":\"app\","
        "\"version\":\"1.2.3\",\"entry\":\"main.js\",\"size\":151000000,\"runtimeSize\":149700000,"
        "\"payloadSize\":1300000,\"packages\":3,\"files\":1234,\"codeCaches\":20,\"compiledNow\":2,"
        "\"proofs\":{\"parent\":1,\"sha512\":2},\"origins\":{\"npm cache\":1,\"store\":1},"
        "\"node\":{\"version\":\"26.10.0\",\"evidence\":\"signed sums\"},\"seconds\":1.234,"
        "\"warnings\":[]}\n");
}
