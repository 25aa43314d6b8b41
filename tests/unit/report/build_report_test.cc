#include "packer/report/build_report.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

BuildSummary example() {
  CastFile cast;
  cast.output = "/home/me/dist/app";
  cast.target = "linux-x64";
  cast.entry = "main.js";
  cast.size = 151'000'000;
  cast.runtime_size = 149'700'000;
  cast.payload_size = 1'300'000;
  cast.packages = 3;
  cast.files = 1'234;
  cast.code_caches = 20;
  cast.compiled_now = 2;
  cast.node_evidence = "signed sums";
  BuildSummary summary;
  summary.outputs = {cast};
  summary.name = "app";
  summary.version = "1.2.3";
  summary.packages = 3;
  summary.proofs = {{"parent", 1}, {"sha512", 2}};
  summary.origins = {{"npm cache", 1}, {"store", 1}};
  summary.node_version = "26.10.0";
  return summary;
}

}  // namespace

TEST_CASE("a build ends with what a person wants to know") {
  CHECK(render(example(), 1.26, "/home/me") ==
        "dist/app  151.0 MB, 1.3 s\n"
        "  program       app 1.2.3 for linux-x64, runs main.js\n"
        "  runtime       149.7 MB, Node.js 26.10.0\n"
        "  application   1.3 MB, 1,234 files, 20 with code cache (2 made now)\n"
        "  proved        3 packages: 1 inside another package's tarball, 2 by sha512\n"
        "  bytes         1 from npm's cache, 1 from ingot's store\n");
}

TEST_CASE("a project without packages has none to prove") {
  BuildSummary summary = example();
  summary.packages = summary.outputs[0].code_caches = 0;
  summary.proofs.clear();
  summary.origins.clear();
  std::string text = render(summary, 0, "");
  CHECK(text.find("  proved        0 packages\n") != std::string::npos);
  CHECK(text.find("no code cache") != std::string::npos);
  CHECK(text.find("bytes") == std::string::npos);
}

TEST_CASE("a build for several targets says what each file is made of") {
  BuildSummary summary = example();
  summary.outputs.push_back(summary.outputs[0]);
  summary.outputs[1].output = "/elsewhere/app.exe";
  summary.outputs[1].target = "win-x64";
  summary.outputs[1].packages = 1;
  summary.outputs[1].code_caches = 0;
  CHECK(render(summary, 2.5, "/home/me") ==
        "2 executables, 2.5 s\n"
        "  program       app 1.2.3, runs main.js\n"
        "  runtime       Node.js 26.10.0\n"
        "  linux-x64     dist/app, 151.0 MB: Node.js 149.7 MB, application 1.3 MB, 3 packages, "
        "1,234 files, 20 with code cache (2 made now)\n"
        "  win-x64       /elsewhere/app.exe, 151.0 MB: Node.js 149.7 MB, application 1.3 MB, "
        "1 package, 1,234 files, no code cache\n"
        "  proved        3 packages: 1 inside another package's tarball, 2 by sha512\n"
        "  bytes         1 from npm's cache, 1 from ingot's store\n");
}

constexpr std::string_view kOutput =
    "\"output\":\"/home/me/dist/app\",\"target\":\"linux-x64\",\"entry\":\"main.js\","
    "\"size\":151000000,\"runtimeSize\":149700000,\"compact\":null,\"payloadSize\":1300000,"
    "\"packages\":3,"
    "\"files\":1234,\"untracedFiles\":0,\"codeCaches\":20,\"compiledNow\":2,\"sbom\":[],"
    "\"node\":{\"version\":\"26.10.0\",\"evidence\":\"signed sums\"}";
constexpr std::string_view kRest =
    "\"proofs\":{\"parent\":1,\"sha512\":2},"
    "\"origins\":{\"npm cache\":1,\"store\":1},\"signatures\":0,\"seconds\":1.234,"
    "\"warnings\":[]}\n";

TEST_CASE("a program gets the same facts as a person, and the warnings") {
  std::string output(kOutput), rest(kRest);
  std::string head = "{\"ok\":true,\"name\":\"app\",\"version\":\"1.2.3\",";
  CHECK(success_json(example(), 1.2345, {}) ==
        head + output + ",\"outputs\":[{" + output + "}]," + rest);
}

TEST_CASE("with several targets, a program finds each output in the array only") {
  BuildSummary summary = example();
  summary.outputs.push_back(summary.outputs[0]);
  std::string output(kOutput), rest(kRest);
  CHECK(success_json(summary, 1.2345, {}) ==
        "{\"ok\":true,\"name\":\"app\",\"version\":\"1.2.3\",\"packages\":3,"
        "\"outputs\":[{" +
            output + "},{" + output + "}]," + rest);
}
