#include "base/json.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {
Error error_of(std::string text, JsonSyntax syntax = JsonSyntax::kStrict) {
  auto document = JsonDocument::parse(std::move(text), "file.json", syntax);
  REQUIRE_FALSE(document);
  return document.error();
}
}  // namespace

TEST_CASE("members keep the order in which they are written") {
  auto document = JsonDocument::parse(R"({"z":1,"a":{"y":true,"b":null},"m":["x",-1.50]})", "f");
  REQUIRE(document);
  std::string order;
  for (JsonCursor member : document->root()) order += member.key();
  CHECK(order == "zam");
  CHECK(document->root().find("a")->find_true("y"));
  JsonCursor list = *document->root().find("m");
  CHECK(list.size() == 2);
  auto element = list.begin();
  CHECK((*element).text() == "x");
  CHECK((*++element).text() == "-1.50");
}

TEST_CASE("every value knows its line and column") {
  auto document = JsonDocument::parse("{\n  \"a\\n\": 1,\n  \"b\": \"x\"\n}", "f");
  REQUIRE(document);
  Position b = document->root().find("b")->position();
  CHECK(b.line == 3);
  CHECK(b.column == 8);
}

TEST_CASE("a duplicate key is refused at its second place") {
  Error error = error_of("{\"a\":1,\n\"a\":2}");
  CHECK(error.code == "json-duplicate-key");
  CHECK(error.position->line == 2);
}

TEST_CASE("of equal keys the last one counts where that is asked for") {
  auto document = JsonDocument::parse(R"({"a":1,"b":{"x":1,"x":2,"x":3},"a":4})", "f",
                                      JsonSyntax::kLastKeyWins);
  REQUIRE(document);
  CHECK(document->root().size() == 2);
  CHECK(document->root().find("a")->text() == "4");
  CHECK(document->root().find("b")->find("x")->text() == "3");
  CHECK((*document->root().begin()).key() == "b");
}

TEST_CASE("what is not JSON is refused with a position") {
  CHECK(error_of("{\n\"a\":}").position->line == 2);
  CHECK(error_of("").code == "json-syntax");
  CHECK(error_of("[1,]").code == "json-syntax");
  CHECK(error_of("[\"\xff\"]").code == "json-syntax");
  CHECK(error_of(std::string("[\"a\0b\"]", 7)).code == "json-syntax");
}

TEST_CASE("what is not UTF-8 is refused where it begins, be it the end of the text") {
  for (std::string cut : {"\xC3", "\xE2\x82", "\xE2", "\xF0\x9F\x98", "\xF4", "\xF4\"", "\xF4}\n"})
    for (JsonSyntax syntax : {JsonSyntax::kStrict, JsonSyntax::kWithComments}) {
      Error error = error_of("{\"a\": \"" + cut, syntax);
      CHECK(error.code == "json-syntax");
      CHECK(error.message == "this byte is not UTF-8");
      CHECK(error.position->column == 8);
    }
  CHECK(error_of("{\"a\": \"\xC3\"}").position->column == 8);
}

TEST_CASE("nesting is capped, not followed until the stack ends") {
  CHECK(error_of(std::string(5'000'000, '[')).code == "json-too-deep");
}

TEST_CASE("comments and trailing commas are read only where they are allowed") {
  std::string text = "{ // one\n \"a\": [1,], /* two */ }";
  CHECK(JsonDocument::parse(text, "f", JsonSyntax::kWithComments));
  CHECK_FALSE(JsonDocument::parse(text, "f"));
}

TEST_CASE("quoted text reads back as itself") {
  std::string text = "a\"b\\c\n\x01\xc3\xa9";
  auto document = JsonDocument::parse(json_quote(text), "f");
  REQUIRE(document);
  CHECK(document->root().text() == text);
  CHECK(json_quote("\xff") == "\"\xef\xbf\xbd\"");
  CHECK(json_quote("") == "\"\"");
  CHECK(json_quote("a\xff\xff\x7f\"b\xc3") ==
        "\"a\xef\xbf\xbd\xef\xbf\xbd\\u007f\\\"b\xef\xbf\xbd\"");
}
