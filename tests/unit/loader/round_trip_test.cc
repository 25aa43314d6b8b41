// What was put into a payload comes out of it.
#include <sys/mman.h>

#include <algorithm>
#include <random>

#include "base/digest.h"
#include "payload_fixture.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

// The children of a directory, as the payload lists them.
std::vector<std::string> names_in(const Bytes& payload, std::string_view path) {
  PayloadEntry folder = record_of(payload, path);
  std::vector<std::string> names;
  if (folder.directory.child_count == 0) return names;
  std::string list = text_at(payload, folder.directory.list_offset, folder.directory.list_size);
  for (size_t from = 0; from <= list.size();) {
    size_t end = std::min(list.find('\0', from), list.size());
    names.push_back(list.substr(from, end - from));
    from = end + 1;
  }
  CHECK(names.size() == folder.directory.child_count);
  return names;
}

std::string content_of(const PayloadReader& reader, std::string_view path) {
  const PayloadEntryView* entry = find_entry(reader, path);
  REQUIRE(entry != nullptr);
  auto content = reader.content(*entry);
  REQUIRE(content);
  CHECK(content->size() == entry->size);
  return std::string(content->begin(), content->end());
}

}  // namespace

TEST_CASE("a file comes out of a payload with its bytes, mode, format and code cache") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->main_path() == "main.js");
  CHECK(reader->runtime()[0].script.text() == "runtime of ours");
  CHECK(reader->runtime()[0].cache.text() == "runtime cache");
  CHECK(reader->runtime()[1].script.text() == "a later part");
  CHECK(reader->runtime()[1].cache.text() == "its cache");
  CHECK(reader->runtime()[2].script.text() == "the last part");
  CHECK(reader->manifest().value() == R"({"ingot":"0.1.0","files":[]})");
  CHECK(reader->check_outside_files());

  const PayloadEntryView& main = *find_entry(*reader, "main.js");
  CHECK(main.kind == EntryKind::kFile);
  CHECK(main.format == EntryFormat::kCommonJs);
  CHECK_FALSE(main.executable);
  CHECK(main.code_cache.text() == "cache of main");
  CHECK(content_of(*reader, "main.js") == "require('a'); // \xC3\xBC");
  CHECK(find_entry(*reader, "node_modules/a/tool")->executable);
  CHECK(find_entry(*reader, "node_modules/a/a.mjs")->format == EntryFormat::kModule);
  CHECK(find_entry(*reader, "node_modules/a/package.json")->format == EntryFormat::kJson);
  CHECK(find_entry(*reader, "node_modules/a/tool")->format == EntryFormat::kUnknown);
  CHECK(find_entry(*reader, "node_modules/a/tool")->code_cache.empty());
  CHECK(content_of(*reader, "lib/b.mjs").empty());
}

TEST_CASE("what the main file leads to lies first, each file before those it asks for") {
  PayloadFixture application;
  auto add = [&](const std::string& path, std::vector<PayloadResolution> requests) {
    application.add(path, path, EntryFormat::kCommonJs).requires_ = std::move(requests);
  };
  add("a/unused.js", {{"./z", "a/z.js"}});
  add("a/deep.js", {{"../main", "main.js"}});
  add("a/z.js", {{"./deep", "a/deep.js"}});
  add("b.js", {});
  add("main.js", {{"./a/z", "a/z.js"}, {"./b", "b.js"}});
  add("a/readme.txt", {});
  application.input.main_path = "main.js";
  std::vector<std::string> expected = {"main.js", "a/z.js",       "a/deep.js",
                                       "b.js",    "a/readme.txt", "a/unused.js"};
  for (int turn = 0; turn < 2; ++turn) {
    const Bytes bytes = application.bytes();
    auto reader = PayloadReader::open(bytes);
    REQUIRE(reader);
    std::vector<std::pair<const uint8_t*, std::string>> found;
    for (const PayloadEntryView& entry : reader->entries())
      if (entry.kind == EntryKind::kFile)
        found.emplace_back(entry.stored.data(), std::string(entry.path));
    std::sort(found.begin(), found.end());
    std::vector<std::string> paths;
    for (auto& [at, path] : found) paths.push_back(path);
    CHECK(paths == expected);
    std::reverse(application.input.files.begin(), application.input.files.end());
  }
}

TEST_CASE("a TypeScript file comes out with its own bytes and with what was made of it") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  const PayloadEntryView& typed = *find_entry(*reader, "lib/c.mts");
  CHECK(typed.format == EntryFormat::kModuleTypescript);
  CHECK(content_of(*reader, "lib/c.mts") == "let c: 1;");
  CHECK(reader->stripped(typed).value().text() == "let c   ;");
  CHECK(typed.code_cache.text() == "cache of c");
  CHECK(reader->stripped(*find_entry(*reader, "lib/d.cts")).value().text() == "          ");
  CHECK_FALSE(find_entry(*reader, "main.js")->stripped);
}

TEST_CASE("a compressed file is smaller in the payload and the same outside") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  const PayloadEntryView& entry = *find_entry(*reader, "README.md");
  CHECK(entry.storage == EntryStorage::kZstd);
  CHECK(entry.stored.size() < 100);
  CHECK(entry.size == 5000);
  CHECK(content_of(*reader, "README.md") == std::string(5000, 'r'));
}

TEST_CASE("a file's flags say what the runtime has to know of its content") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  CHECK((record_of(bytes, "node_modules/a/x.node").flags & kEntryReadsFiles) != 0);
  CHECK((record_of(bytes, "node_modules/a/tool").flags & kEntryReadsFiles) == 0);
}

TEST_CASE("a link keeps its text and knows the entry it leads to") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  const PayloadEntryView& link = *find_entry(*reader, "node_modules/.bin/tool");
  CHECK(link.kind == EntryKind::kSymlink);
  CHECK(link.link_target == "../a/tool");
  uint32_t real = record_of(bytes, "node_modules/.bin/tool").symlink.real_entry;
  REQUIRE(real < reader->entries().size());
  CHECK(reader->entries()[real].path == "node_modules/a/tool");
}

TEST_CASE("a link to the root leads there, and one to nowhere leads nowhere") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  CHECK(record_of(bytes, "node_modules/self").symlink.real_entry == 0);
  CHECK(record_of(bytes, "nowhere").symlink.real_entry == kNoEntry);
  CHECK(text_at(bytes, record_of(bytes, "nowhere").symlink.target_offset, 7) == "missing");
}

TEST_CASE("a link may lead to a directory") {
  PayloadFixture fixture;
  fixture.add("packages/w/index.js", "1");
  fixture.add_link("node_modules/w", "../packages/w", "packages/w");
  fixture.input.main_path = "packages/w/index.js";
  const Bytes bytes = fixture.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  uint32_t real = record_of(bytes, "node_modules/w").symlink.real_entry;
  CHECK(reader->entries()[real].path == "packages/w");
  CHECK(reader->entries()[real].kind == EntryKind::kDirectory);
}

TEST_CASE("resolutions list the specifiers of require first, then those of import") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  uint32_t index = record_of(bytes, "main.js").file.resolutions;
  REQUIRE(index > 0);
  auto word = [&](uint32_t i) {
    return ByteView(bytes)
        .le<uint32_t>(reader->header().resolutions.offset + (index - 1 + i) * 4)
        .value();
  };
  CHECK(word(0) == 2);
  CHECK(text_at(bytes, word(1), word(2)) == std::string("./lib/b.mjs\0a", 13));
  CHECK(word(3) == 1);
  CHECK(text_at(bytes, word(4), word(5)) == "a");
  CHECK(reader->entries()[word(6)].path == "lib/b.mjs");
  CHECK(reader->entries()[word(7)].path == "node_modules/a/index.js");
  CHECK(reader->entries()[word(8)].path == "node_modules/a/a.mjs");
  CHECK(record_of(bytes, "lib/b.mjs").file.resolutions == 0);
}

TEST_CASE("the children of a directory are in JavaScript's order of strings") {
  PayloadFixture fixture;
  // By UTF-16 code units U+1F600 (a surrogate pair) comes before U+E000 and U+FF5E; by bytes it
  // comes after them.
  for (const char* name : {"\xF0\x9F\x98\x80", "\xEF\xBD\x9E", "\xEE\x80\x80", "z", "Z", "\xC3\xA9",
                           "a", "a.b", "a b", "\xED\x9F\xBF", "ab", "a\xF0\x90\x80\x80"})
    fixture.add(std::string("d/") + name, "x");
  fixture.input.main_path = "d/a";
  const std::vector<std::string> expected = {"Z",
                                             "a",
                                             "a b",
                                             "a.b",
                                             "ab",
                                             "a\xF0\x90\x80\x80",
                                             "z",
                                             "\xC3\xA9",
                                             "\xED\x9F\xBF",
                                             "\xF0\x9F\x98\x80",
                                             "\xEE\x80\x80",
                                             "\xEF\xBD\x9E"};
  CHECK(names_in(fixture.bytes(), "d") == expected);
}

TEST_CASE("the children of a directory are neighbours, and know it as their parent") {
  SmallApplication application;
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->entries()[0].path.empty());
  CHECK(record_of(bytes, "").parent == 0);
  size_t seen = 1;
  for (size_t i = 0; i < reader->entries().size(); ++i) {
    const PayloadEntryView& folder = reader->entries()[i];
    if (folder.kind != EntryKind::kDirectory) continue;
    PayloadEntry record = record_of(bytes, folder.path);
    std::string prefix = folder.path.empty() ? "" : std::string(folder.path) + "/";
    uint32_t child = record.directory.first_child;
    for (const std::string& name : names_in(bytes, folder.path)) {
      CAPTURE(folder.path, name);
      CHECK(reader->entries()[child].path == prefix + name);
      CHECK(record_of(bytes, reader->entries()[child].path).parent == i);
      ++child;
      ++seen;
    }
  }
  CHECK(seen == reader->entries().size());
}

TEST_CASE("sections, raw files and code caches lie at 16 bytes, and only zeros between") {
  SmallApplication application;
  for (int i = 1; i < 40; ++i)
    application.add("pad/" + std::to_string(i) + ".js", std::string(i, 'p')).code_cache =
        application.keep(std::string(40 - i, 'c'));
  application.add_compressed("pad/0.md", std::string(999, 'm'));
  const Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  const PayloadHeader& header = reader->header();
  for (const PayloadSection& section :
       {header.entries, header.names, header.resolutions, header.manifest})
    CHECK(section.offset % kPayloadAlignment == 0);
  for (const PayloadPart& part : header.runtime) {
    CHECK(part.script.offset % kPayloadAlignment == 0);
    CHECK(part.cache.offset % kPayloadAlignment == 0);
  }
  size_t caches = 0;
  for (const PayloadEntryView& entry : reader->entries()) {
    if (entry.kind != EntryKind::kFile) continue;
    CAPTURE(entry.path);
    if (entry.storage == EntryStorage::kRaw)
      CHECK((entry.stored.data() - bytes.data()) % kPayloadAlignment == 0);
    if (entry.code_cache.empty()) continue;
    CHECK((entry.code_cache.data() - bytes.data()) % kPayloadAlignment == 0);
    ++caches;
  }
  CHECK(caches == 42);
  CHECK(reader->check_outside_files());
}

TEST_CASE("a payload does not depend on the order in which its files are given") {
  SmallApplication application;
  for (int i = 0; i < 50; ++i)
    application.add("d" + std::to_string(i % 7) + "/f" + std::to_string(i), std::to_string(i));
  const Bytes expected = application.bytes();
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(application.input.files.begin(), application.input.files.end(), random);
    REQUIRE(application.bytes() == expected);
  }
}

TEST_CASE("the pieces of a payload outlive a move of it") {
  SmallApplication application;
  const Bytes expected = application.bytes();
  auto written = write_payload(application.input);
  REQUIRE(written);
  auto moved = std::make_unique<Payload>(std::move(*written));
  Bytes out;
  for (ByteView piece : moved->pieces()) out.insert(out.end(), piece.begin(), piece.end());
  CHECK(out == expected);
}

TEST_CASE("a payload without the file to run is refused") {
  PayloadFixture fixture;
  CHECK(fixture.error() == "main-missing");
  fixture.input.main_path = "main.js";
  CHECK(fixture.error() == "main-missing");
  fixture.add("lib/a.js", "1");
  fixture.input.main_path = "lib";
  CHECK(fixture.error() == "main-missing");
  fixture.add_link("main.js", "lib/a.js", "lib/a.js");
  fixture.input.main_path = "main.js";
  CHECK(fixture.error() == "main-missing");
  fixture.input.main_path = "lib/a.js";
  CHECK(fixture.error() == "");
}

TEST_CASE("a name that JavaScript could not spell is refused") {
  const char* const kMalformed[] = {
      "\xFF",              // never in UTF-8
      "a\x80",             // continues nothing
      "\xC3",              // cut off
      "\xC3/\xA9",         // cut off by a slash
      "\xC0\xAF",          // overlong '/'
      "\xE0\x80\xAF",      // overlong '/'
      "\xF0\x80\x80\xAF",  // overlong '/'
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // beyond U+10FFFF
      "\xF5\x80\x80\x80",
  };
  for (const char* name : kMalformed) {
    CAPTURE(to_hex(std::string_view(name)));
    PayloadFixture by_path;
    by_path.add(name, "1");
    by_path.add("main.js", "1");
    by_path.input.main_path = "main.js";
    CHECK(by_path.error() == "path-not-utf8");
    PayloadFixture by_link;
    by_link.add_link("link", name, std::nullopt);
    by_link.add("main.js", "1");
    by_link.input.main_path = "main.js";
    CHECK(by_link.error() == "path-not-utf8");
  }
  for (const char* name : {"\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\x7F"}) {
    CAPTURE(to_hex(std::string_view(name)));
    PayloadFixture fixture;
    fixture.add(name, "1");
    fixture.input.main_path = name;
    CHECK(fixture.error() == "");
  }
}

TEST_CASE("no path is longer than a reader takes it") {
  for (size_t size : {kMaxPathSize, kMaxPathSize + 1}) {
    PayloadFixture fixture;
    const std::string path = std::string(size - 2, 'f') + "/m";
    fixture.add(path, "1");
    fixture.input.main_path = path;
    CHECK(fixture.error() == (size > kMaxPathSize ? "path-too-long" : ""));
  }
}

TEST_CASE("what does not fit into 4 GiB is refused before a byte of it is read") {
  // Addresses without memory behind them: a read would end the test.
  constexpr size_t kSize = (size_t{4} << 30) - 16;
  void* nothing =
      mmap(nullptr, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(nothing != MAP_FAILED);
  PayloadFixture fixture;
  fixture.add("main.js", "1");
  fixture.input.main_path = "main.js";
  fixture.input.runtime[0].script = ByteView(static_cast<const uint8_t*>(nothing), kSize);
  CHECK(fixture.error() == "payload-too-large");
  munmap(nothing, kSize);
}
