// How the files of a tree become files of a payload.
#include "packer/pack/pack.h"

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "loader/payload_reader.h"

using namespace ingot;

namespace {

// Some text that compresses well and holds every letter.
std::string prose(size_t size) {
  std::string text;
  while (text.size() < size) text += "The quick brown fox jumps over the lazy dog, again. ";
  text.resize(size);
  return text;
}

// Bytes that do not compress.
std::string noise(size_t size) {
  std::string bytes;
  uint64_t state = 88172645463325252;
  while (bytes.size() < size) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    bytes += static_cast<char>(state);
  }
  return bytes;
}

struct Fixture {
  FileTree tree;
  CompiledTree compiled;

  FileNode& add(const std::string& path, const std::string& text) {
    auto bytes = std::make_shared<std::string>(text);
    FileNode node;
    node.path = path;
    node.content = std::string_view(*bytes);
    tree.keep(bytes);
    nodes.push_back(std::move(node));
    return nodes.back();
  }
  void link(const std::string& path, const std::string& target) {
    FileNode node;
    node.path = path;
    node.kind = FileNodeKind::kSymlink;
    node.link_target = target;
    nodes.push_back(std::move(node));
  }
  void seal() {
    for (const FileNode& node : nodes) tree.add(node);
    REQUIRE(tree.seal());
    compiled.files.resize(tree.nodes().size());
  }
  size_t index(std::string_view path) const {
    const FileNode* node = tree.find(path);
    REQUIRE(node != nullptr);
    return static_cast<size_t>(node - tree.nodes().data());
  }
  void pack() {
    auto table = resolve_modules(tree);
    REQUIRE(table);
    auto result = pack_tree(tree, *table, compiled);
    REQUIRE(result);
    packed = std::move(*result);
    REQUIRE(packed.files.size() == tree.nodes().size());
    REQUIRE(packed.sha256.size() == tree.nodes().size());
  }
  const PayloadFile& file(std::string_view path) const { return packed.files[index(path)]; }

  std::vector<FileNode> nodes;
  PackedTree packed;
};

std::vector<std::string> texts_of(const std::vector<PayloadResolution>& rows) {
  std::vector<std::string> texts;
  for (const PayloadResolution& row : rows) texts.push_back(row.specifier + " -> " + row.target);
  return texts;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("what Node or the system reads as it lies is raw, the rest is compressed") {
  Fixture fixture;
  const char* const kRaw[] = {"a.js",   "a.cjs",   "a.mjs",        "a.json", "a.wasm",     "a.node",
                              "lib.so", "a.dylib", "lib.so.2.1.0", "a.dll",  "bin/run.exe"};
  const char* const kCompressed[] = {"README.md", "a.d.ts",    "a.js.map", "LICENSE", "a.ts",
                                     "a.txt",     "a.node.md", "some",     "a.jsx"};
  for (const char* path : kRaw) fixture.add(path, prose(4000));
  for (const char* path : kCompressed) fixture.add(path, prose(4000));
  fixture.seal();
  fixture.pack();
  for (const char* path : kRaw) {
    CAPTURE(path);
    CHECK(fixture.file(path).storage == EntryStorage::kRaw);
    CHECK(fixture.file(path).stored.size() == 4000);
  }
  for (const char* path : kCompressed) {
    CAPTURE(path);
    const PayloadFile& file = fixture.file(path);
    CHECK(file.storage == EntryStorage::kZstd);
    CHECK(file.content_size == 4000);
    CHECK(file.stored.size() < 1000);
    auto back = zstd_decompress(file.stored, file.content_size);
    REQUIRE(back);
    CHECK(ByteView(*back).text() == prose(4000));
  }
}

TEST_CASE("programs and files with a code cache are raw, whatever they are called") {
  Fixture fixture;
  fixture.add("bin/tool", prose(4000)).executable = true;
  fixture.add("bin/script", prose(4000));
  fixture.seal();
  const std::string cache = "a code cache";
  fixture.compiled.files[fixture.index("bin/script")] = {EntryFormat::kCommonJs,
                                                         std::string_view(cache)};
  fixture.pack();
  CHECK(fixture.file("bin/tool").storage == EntryStorage::kRaw);
  CHECK(fixture.file("bin/tool").executable);
  const PayloadFile& script = fixture.file("bin/script");
  CHECK(script.storage == EntryStorage::kRaw);
  CHECK(script.format == EntryFormat::kCommonJs);
  CHECK_FALSE(script.executable);
}

TEST_CASE("what is packed once gets the code caches of each target") {
  Fixture fixture;
  fixture.add("a.js", "1");
  fixture.add("b.js", "2");
  fixture.seal();
  const std::string own = "own", other = "other";
  CompiledTree& compiled = fixture.compiled;
  compiled.files[0] = {EntryFormat::kCommonJs, std::string_view(own)};
  compiled.files[1] = {EntryFormat::kCommonJs, std::string_view(own)};
  fixture.pack();
  CHECK(with_caches(fixture.packed, compiled)[1].code_cache.text() == own);
  compiled.files[0].code_cache = std::string_view(other);
  compiled.files[1].code_cache = {};
  std::vector<PayloadFile> files = with_caches(fixture.packed, compiled);
  REQUIRE(files.size() == 2);
  CHECK(files[0].path == "a.js");
  CHECK(files[0].code_cache.text() == other);
  CHECK(files[1].code_cache.empty());
}

TEST_CASE("what does not get smaller stays raw") {
  Fixture fixture;
  fixture.add("picture.png", noise(5000));
  fixture.add("small.md", prose(511));
  fixture.add("large.md", prose(512));
  fixture.add("empty.md", "");
  fixture.seal();
  fixture.pack();
  CHECK(fixture.file("picture.png").storage == EntryStorage::kRaw);
  CHECK(fixture.file("picture.png").stored.text() == noise(5000));
  CHECK(fixture.file("small.md").storage == EntryStorage::kRaw);
  CHECK(fixture.file("large.md").storage == EntryStorage::kZstd);
  CHECK(fixture.file("empty.md").storage == EntryStorage::kRaw);
  CHECK(fixture.file("empty.md").content_size == 0);
}

TEST_CASE("each file has the digest of its content, compressed or not, and links have none") {
  Fixture fixture;
  fixture.add("a.js", "exports.a = 1");
  fixture.add("README.md", prose(4000));
  fixture.add("empty", "");
  fixture.link("link", "a.js");
  fixture.seal();
  fixture.pack();
  for (const FileNode& node : fixture.tree.nodes()) {
    CAPTURE(node.path);
    const std::string& digest = fixture.packed.sha256[fixture.index(node.path)];
    CHECK(digest == (node.kind == FileNodeKind::kFile ? sha256_hex(node.content) : ""));
  }
  CHECK(fixture.packed.sha256[fixture.index("empty")] ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("an addon that speaks of node_modules is marked as one that reads files") {
  Fixture fixture;
  fixture.add("a/looks.node", std::string("\x7F"
                                          "ELF\0\0/node_modules/\0",
                                          22));
  fixture.add("a/quiet.node", std::string("\x7F"
                                          "ELF\0\0",
                                          6));
  fixture.add("a/looks.js", "'/node_modules/'");
  fixture.seal();
  fixture.pack();
  CHECK(fixture.file("a/looks.node").reads_files);
  CHECK_FALSE(fixture.file("a/quiet.node").reads_files);
  CHECK_FALSE(fixture.file("a/looks.js").reads_files);
}

TEST_CASE("a link keeps its text and where it leads, or that it leads nowhere") {
  Fixture fixture;
  fixture.add("node_modules/a/cli.js", "1");
  fixture.link("node_modules/.bin/a", "../a/cli.js");
  fixture.link("node_modules/b", "a");
  fixture.link("node_modules/self", "..");
  fixture.link("node_modules/gone", "nothing");
  fixture.link("node_modules/round", "round");
  fixture.link("node_modules/out", "../../etc");
  fixture.seal();
  fixture.pack();
  const PayloadFile& bin = fixture.file("node_modules/.bin/a");
  CHECK(bin.kind == EntryKind::kSymlink);
  CHECK(bin.link_target == "../a/cli.js");
  CHECK(bin.real_path == "node_modules/a/cli.js");
  CHECK(fixture.file("node_modules/b").real_path == "node_modules/a");
  CHECK(fixture.file("node_modules/self").real_path == "");
  CHECK(fixture.file("node_modules/gone").real_path == std::nullopt);
  CHECK(fixture.file("node_modules/round").real_path == std::nullopt);
  CHECK(fixture.file("node_modules/out").real_path == std::nullopt);
}

TEST_CASE("requests of require and of import are rows of their own, each sorted and once") {
  Fixture fixture;
  fixture.add("package.json", "{}");
  fixture.add("app.cjs",
              "require('./z.cjs'); require('dual'); require('./a.cjs'); require('./a.cjs');"
              "require.resolve('./a.cjs'); import('dual'); import('./m.mjs'); require('fs');"
              "require('missing'); require(computed);");
  fixture.add("a.cjs", "");
  fixture.add("z.cjs", "");
  fixture.add("m.mjs", "import 'dual'; import './a.cjs';");
  fixture.add("node_modules/dual/package.json",
              R"({"exports": {"require": "./r.cjs", "import": "./i.mjs"}})");
  fixture.add("node_modules/dual/r.cjs", "");
  fixture.add("node_modules/dual/i.mjs", "");
  fixture.seal();
  fixture.pack();
  CHECK(texts_of(fixture.file("app.cjs").requires_) ==
        List{"./a.cjs -> a.cjs", "./z.cjs -> z.cjs", "dual -> node_modules/dual/r.cjs"});
  CHECK(texts_of(fixture.file("app.cjs").imports) ==
        List{"./m.mjs -> m.mjs", "dual -> node_modules/dual/i.mjs"});
  CHECK(fixture.file("m.mjs").requires_.empty());
  CHECK(texts_of(fixture.file("m.mjs").imports) ==
        List{"./a.cjs -> a.cjs", "dual -> node_modules/dual/i.mjs"});
  CHECK(fixture.file("a.cjs").requires_.empty());
}

TEST_CASE("a specifier with a NUL in it, which the list could not hold, is left to Node") {
  Fixture fixture;
  fixture.add("package.json", "{}");
  fixture.add("app.mjs", "import 'p/a'; import 'p/\\0x'; import 'p/\\u0000y'; import 'p/z';");
  fixture.add("app.cjs", "require('p/a'); require('p/\\0x'); require('p/z');");
  fixture.add("node_modules/p/package.json",
              R"({"exports": {"./*": "./index.js", "./a": "./a.js", "./z": "./z.js"}})");
  fixture.add("node_modules/p/index.js", "");
  fixture.add("node_modules/p/a.js", "");
  fixture.add("node_modules/p/z.js", "");
  fixture.seal();
  fixture.pack();
  const List expected = {"p/a -> node_modules/p/a.js", "p/z -> node_modules/p/z.js"};
  CHECK(texts_of(fixture.file("app.mjs").imports) == expected);
  CHECK(texts_of(fixture.file("app.cjs").requires_) == expected);
}

TEST_CASE("a packed tree is a payload that gives every file back") {
  Fixture fixture;
  fixture.add("index.js", "require('./lib/a')");
  fixture.add("lib/a.js", "");
  fixture.add("README.md", prose(9000));
  fixture.add("run", "#!/bin/sh").executable = true;
  fixture.link("node_modules/self", "..");
  fixture.link("node_modules/gone", "nothing");
  fixture.seal();
  fixture.pack();
  PayloadInput input;
  input.files = fixture.packed.files;
  input.main_path = "index.js";
  auto payload = write_payload(input);
  REQUIRE(payload);
  Bytes bytes;
  for (ByteView piece : payload->pieces()) bytes.insert(bytes.end(), piece.begin(), piece.end());
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  size_t found = 0;
  for (const PayloadEntryView& entry : reader->entries()) {
    if (entry.kind == EntryKind::kDirectory) continue;
    CAPTURE(std::string(entry.path));
    const FileNode* node = fixture.tree.find(entry.path);
    REQUIRE(node != nullptr);
    ++found;
    CHECK(entry.link_target == node->link_target);
    if (entry.kind == EntryKind::kSymlink) continue;
    CHECK(entry.executable == node->executable);
    CHECK(ByteView(reader->content(entry).value()).text() == node->content.text());
  }
  CHECK(found == fixture.tree.nodes().size());
}
