#include "base/simple_yaml.h"

#include <catch2/catch.hpp>
#include <iostream>

#include "base/file_system.h"
#include "base/yaml.h"

using namespace ingot;

namespace {

std::string shown(Position position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

// The tree with all places but those of nothing, as text.
std::string shown(const JsonCursor& value) {
  std::string out = json_quote(value.key()) + ": ";
  if (value.is_string() && value.text().empty()) return out + "\n";
  out += "@" + shown(Position(value.position())) + " ";
  if (value.is_string()) return out + json_quote(value.text()) + "\n";
  out += value.is_object() ? "{\n" : "[\n";
  for (JsonCursor child : value) out += shown(child);
  return out + "}\n";
}

std::optional<std::string> read_simply(std::string text) {
  auto tree = std::make_unique<JsonDocument::Tree>();
  tree->set_text("t", std::move(text));
  if (!read_simple_yaml(*tree)) {
    CHECK(tree->nodes.empty());
    return std::nullopt;
  }
  return shown(JsonDocument(std::move(tree)).root());
}

// What libfyaml makes of it: a mark of a document's end is nothing simple.
std::string read_by_library(const std::string& text) {
  auto document = parse_yaml(text + "\n...\n", "t");
  return document ? shown(document->root()) : document.error().code;
}

bool is_simple(const std::string& text) {
  auto simple = read_simply(text);
  if (simple) CHECK(*simple == read_by_library(text));
  return simple.has_value();
}

constexpr std::string_view kSample = R"(# made by a package manager
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
importers:

  .:
    dependencies:
      '@scope/a':
        specifier: ^1.0.0
        version: 1.0.0(b@2.0.0)
packages:
  /a/1.0.0:
    resolution: {integrity: sha512-AA==, tarball: https://registry.example.org/a.tgz}
    cpu: [x64, 'arm64']
    engines: {node: '>=18', "npm": ~1}
    deprecated: 'it''s old'
    nothing:
    bundled:
    - a
    - -b
    other:
      - {c: [d, {}], e: []}
  "a@npm:^1.0.0, a@npm:^2.0.0":
    hasBin: true
)";

}  // namespace

TEST_CASE("What package managers write is simple, and reads as libfyaml reads it") {
  CHECK(is_simple(std::string(kSample)));
  CHECK(is_simple("a: b"));
  CHECK(is_simple("a: b:c#d\n\n\n# end"));
  CHECK(is_simple("a:\n  b:\n    c:\n  d: e\nf:"));
  CHECK(is_simple("<<: x\na b: c d\n"));
}

TEST_CASE("What is not simple is left to libfyaml, whatever it is") {
  for (const char* text : {"",
                           "\n# nothing\n",
                           "a",
                           "[]",
                           "- a\n",
                           "a: &x 1\n",
                           "a: *x\n",
                           "a: !x 1\n",
                           "&x a: 1\n",
                           "? a\n: b\n",
                           "a: |\n  b\n",
                           "a: >-\n  b\n",
                           "a: b\n  c\n",
                           "a: 'b\n  c'\n",
                           "a: \"\\n\"\n",
                           "a:\tb\n",
                           "a: b\r\n",
                           "a: \xC3\xA9\n",
                           "a: b # c\n",
                           "a: b: c\n",
                           "a: {b: c\n",
                           "a: {b}\n",
                           "a: [b,]\n",
                           "a: {b: c} d\n",
                           "a: 'b' c\n",
                           "a: 1\na: 2\n",
                           "a: {b: 1, b: 2}\n",
                           "a:\n  b: c\n d: e\n",
                           "a:\n    b: c\n  d: e\n",
                           " a: b\n",
                           "a: b\n---\nc: d\n",
                           "--- a: b\n",
                           "... a: b\n",
                           "a: b\n...\n",
                           "%YAML 1.2\n---\na: b\n",
                           "a:\n- b: c\n",
                           "a:\n-\n",
                           "a: -\n",
                           "a: @b\n",
                           "a: `b\n",
                           "a: b \n",
                           "a: \n",
                           "a : b\n",
                           "a:\n  - b\n  c: d\n"}) {
    INFO(text);
    CHECK_FALSE(read_simply(text));
  }
  std::string deep;
  for (size_t i = 0; i < 40; ++i) deep += std::string(i, ' ') + "a:\n";
  CHECK_FALSE(read_simply(deep));
  CHECK_FALSE(read_simply("a: " + std::string(100'000, '[')));
}

// Each byte of the sample left out, doubled, and replaced by each character that means something.
TEST_CASE("A sample with a byte changed is not simple, or reads as libfyaml reads it") {
  size_t simple = 0;
  for (size_t i = 0; i < kSample.size(); ++i)
    for (char c : std::string_view("\0\n :#'\"{}[],-?&*!|>%@`\\\t~x", 27)) {
      std::string changed(kSample);
      changed[i] = c;
      simple += is_simple(changed);
      changed.insert(i, 1, kSample[i]);
      simple += is_simple(changed);
      changed.erase(i, 2);
      simple += is_simple(changed);
    }
  CHECK(simple > 1000);
  std::cout << "simple YAML: " << simple << " changed texts compared with libfyaml\n";
}

TEST_CASE("Other projects' lockfiles of YAML read as libfyaml reads them") {
  const std::string folder = std::string(INGOT_SHARED_DIR) + "/corpora/scalibr-lockfiles/pnpmlock/";
  auto files = real_file_system().list(folder);
  if (!files) {
    std::cout << "skipped: " << folder << " is not there\n";
    return;
  }
  size_t read = 0, simple = 0;
  for (const DirectoryEntry& file : *files) {
    auto text = real_file_system().read(folder + file.name, 1 << 20);
    if (!text) continue;
    ++read;
    INFO(file.name);
    simple += is_simple(*text);
  }
  CHECK(simple > 0);
  std::cout << "simple YAML: " << simple << " of " << read << " lockfiles, equal to libfyaml's\n";
}
