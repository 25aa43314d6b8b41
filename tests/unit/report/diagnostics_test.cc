#include "packer/report/diagnostics.h"

#include <catch2/catch.hpp>

#include "base/json.h"
#include "packer/report/hints.h"

using namespace ingot;

namespace {

Error example() {
  return input_error("drift-specification", "package.json wants alpha ^2.0.0")
      .at({"/home/me/app/package-lock.json", 12, 5})
      .note("the lockfile has 1.0.0")
      .hinted("run 'npm install'");
}

}  // namespace

TEST_CASE("an error is told like a compiler tells it") {
  CHECK(render({{example()}, {}}, {false, "", "/home/me"}) ==
        "error[drift-specification]: package.json wants alpha ^2.0.0\n"
        "  --> app/package-lock.json:12:5\n"
        "  note: the lockfile has 1.0.0\n"
        "  hint: run 'npm install'\n");
}

TEST_CASE("a position may be of a whole line or a whole file") {
  Error error = input_error("x", "m").at({"f", 3, 0});
  CHECK(render({{error}, {}}, {}) == "error[x]: m\n  --> f:3\n");
  error.position = Position{"f", 0, 0};
  CHECK(render({{error}, {}}, {}) == "error[x]: m\n  --> f\n");
}

TEST_CASE("warnings come first, and what stopped the work stands last") {
  Findings findings{{input_error("e", "bad")}, {input_error("w", "odd")}};
  CHECK(render(findings, {}) == "warning[w]: odd\nerror[e]: bad\n");
}

TEST_CASE("colours are only used when asked for") {
  CHECK(render({{example()}, {}}, {}).find('\x1b') == std::string::npos);
  CHECK(render({{input_error("e", "bad")}, {}}, {true, "", ""}) ==
        "\x1b[1;31merror[e]:\x1b[0m \x1b[1mbad\x1b[0m\n");
}

TEST_CASE("control characters of a message are spelled out") {
  CHECK(render({{input_error("e", "a\x1b[31m")}, {}}, {true, "", ""}).find("\x1b[31m") ==
        std::string::npos);
}

TEST_CASE("a hint names the package manager whose lockfile is at fault") {
  CHECK(general_hint("json-syntax", "package-lock.json").find("'npm install'") !=
        std::string::npos);
  CHECK(general_hint("json-syntax", "bun.lock").find("'bun install'") != std::string::npos);
  CHECK(general_hint("integrity-syntax", "pnpm-lock.yaml").find("pnpm records") !=
        std::string::npos);
  CHECK(general_hint("lockfile-unknown", "yarn.lock").find("as yarn writes") != std::string::npos);
  CHECK(general_hint("no-such-code", "yarn.lock").empty());
}

TEST_CASE("what a stage returned and what it collected is told once, with a hint") {
  Diagnostics diagnostics;
  diagnostics.error(example());
  diagnostics.error(integrity_error("integrity-mismatch", "other"));
  diagnostics.warning(input_error("w", "odd"));
  Findings findings = findings_of(example(), diagnostics);
  REQUIRE(findings.errors.size() == 2);
  CHECK(findings.errors[0].hint == "run 'npm install'");
  CHECK(findings.errors[1].hint == general_hint("integrity-mismatch", ""));
  CHECK(findings.warnings.size() == 1);
  CHECK(exit_code(findings) == 3);
}

TEST_CASE("general hints go by the code's family, the particular one first") {
  CHECK(general_hint("integrity-mismatch", "") != general_hint("integrity-syntax", ""));
  CHECK(general_hint("integrity-syntax", "") == general_hint("integrity-algorithm", ""));
  CHECK(general_hint("file-altered", "") == general_hint("code-cache-altered", ""));
  CHECK(general_hint("no-such-code", "").empty());
}

TEST_CASE("an error for programs has the same members whatever is known") {
  CHECK(failure_json({{input_error("e", "a \"quoted\"\n")}, {}}) ==
        "{\"ok\":false,\"errors\":[{\"code\":\"e\",\"message\":\"a \\\"quoted\\\"\\n\",\"file\":"
        "null,\"line\":null,\"column\":null,\"notes\":[],\"hint\":null}],\"warnings\":[]}\n");
  CHECK(failure_json({{}, {example()}}) ==
        "{\"ok\":false,\"errors\":[],\"warnings\":[{\"code\":\"drift-specification\",\"message\":"
        "\"package.json wants alpha ^2.0.0\",\"file\":\"/home/me/app/package-lock.json\",\"line\":"
        "12,\"column\":5,\"notes\":[\"the lockfile has 1.0.0\"],\"hint\":\"run 'npm install'\"}]}"
        "\n");
}

TEST_CASE("what JsonWriter writes is JSON") {
  JsonWriter json;
  json.open_object().key("list").open_array().value(true).value(uint32_t{7}).null();
  json.open_object().close_object().close_array().member("text", "\xFF \x01");
  json.key("time").seconds(1.23456).close_object();
  std::string text = json.finish();
  CHECK(text == "{\"list\":[true,7,null,{}],\"text\":\"\xEF\xBF\xBD \\u0001\",\"time\":1.235}\n");
  CHECK(JsonDocument::parse(text, "output"));
}
