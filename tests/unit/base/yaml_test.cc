#include "base/yaml.h"

#include <catch2/catch.hpp>

namespace ingot {
namespace {

std::string code_of(std::string text) {
  auto document = parse_yaml(std::move(text), "t.yaml");
  return document ? "" : document.error().code;
}

TEST_CASE("Scalars of YAML stay the text they are") {
  auto document = parse_yaml("a: 1.10\nb: 5e3\nc: no\nd: null\ne: '6.0'\nf: \"x\\ty\"\ng:\n", "t");
  REQUIRE(document);
  JsonCursor root = document->root();
  CHECK(root.find_text("a") == "1.10");
  CHECK(root.find_text("b") == "5e3");
  CHECK(root.find_text("c") == "no");
  CHECK(root.find_text("d") == "null");
  CHECK(root.find_text("e") == "6.0");
  CHECK(root.find_text("f") == "x\ty");
  CHECK(root.find_text("g") == "");
}

TEST_CASE("Maps and lists of YAML keep their order and their places") {
  auto document =
      parse_yaml("b:\n  - one\n  - {x: 1, y: [p, q]}\na: two\n? a long key\n: value\n", "t.yaml");
  REQUIRE(document);
  JsonCursor root = document->root();
  REQUIRE(root.size() == 3);
  JsonCursor b = *root.begin();
  CHECK(b.key() == "b");
  REQUIRE(b.is_array());
  CHECK((*b.begin()).text() == "one");
  Position one = (*b.begin()).position();
  CHECK(one.line == 2);
  CHECK(one.column == 5);
  CHECK(root.find_text("a long key") == "value");
}

TEST_CASE("A key may be longer than the 1024 characters YAML allows it") {
  std::string key(5000, 'k');
  auto document = parse_yaml("\"" + key + "\":\n  version: 1\n", "t");
  REQUIRE(document);
  CHECK(document->root().find(key));
  auto plain = parse_yaml(key + ":\n  version: 1\n", "t");
  REQUIRE(plain);
  CHECK(plain->root().find(key));
}

TEST_CASE("What no lockfile needs of YAML is refused by name") {
  CHECK(code_of("a: &x 1\nb: *x\n") == "yaml-unsupported");
  CHECK(code_of("a: *x\n") == "yaml-unsupported");
  CHECK(code_of("&x a: 1\n") == "yaml-unsupported");
  CHECK(code_of("a: !!binary aGk=\n") == "yaml-unsupported");
  CHECK(code_of("a: 1\n---\nb: 2\n") == "yaml-unsupported");
  CHECK(code_of("? [a, b]\n: 1\n") == "yaml-unsupported");
  CHECK(code_of("a: 1\na: 2\n") == "yaml-duplicate-key");
  CHECK(code_of("a: [1\nb: 2\n") == "yaml-syntax");
  CHECK(code_of("a: \xff\n") == "yaml-syntax");
  CHECK(code_of("a: {b: }}\n") == "yaml-syntax");
  CHECK(code_of(std::string("a: \0b\n", 6)) == "yaml-syntax");
}

TEST_CASE("A million opened brackets are refused, not followed") {
  CHECK_FALSE(code_of(std::string(1000000, '[')).empty());
  std::string nested;
  for (int i = 0; i < 3000; ++i) nested += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  CHECK_FALSE(code_of(nested).empty());
}

TEST_CASE("An error in YAML says where it is") {
  auto document = parse_yaml("a: 1\nb: [\n", "t.yaml");
  REQUIRE_FALSE(document);
  REQUIRE(document.error().position);
  CHECK(document.error().position->file == "t.yaml");
  CHECK(document.error().position->line >= 2);
}

TEST_CASE("An empty text is an empty object of YAML") {
  auto document = parse_yaml("# nothing\n", "t");
  REQUIRE(document);
  CHECK(document->root().is_object());
  CHECK(document->root().size() == 0);
}

}  // namespace
}  // namespace ingot
