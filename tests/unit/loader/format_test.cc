// The format as bytes: what runtime/payload.js counts on.
#include <zlib.h>

#include <cstddef>
#include <regex>

#include "base/atomic_file.h"
#include "base/digest.h"
#include "base/file_system.h"
#include "base/subprocess.h"
#include "payload_fixture.h"
#include "tests/unit/acquire/scratch_folder.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

uint32_t word(const Bytes& bytes, uint64_t index) {
  return ByteView(bytes).le<uint32_t>(index * 4).value();
}

std::string payload_js() {
  auto text = real_file_system().read(INGOT_SOURCE_DIR "/runtime/payload.js", 1 << 20);
  REQUIRE(text);
  return *text;
}

// The number that a pattern with one group finds in the JavaScript reader.
uint64_t constant(const std::string& source, const std::string& pattern) {
  std::smatch match;
  CAPTURE(pattern);
  REQUIRE(std::regex_search(source, match, std::regex(pattern)));
  return std::stoull(match[1].str(), nullptr, 0);
}

// Prints what the JavaScript reader finds in a payload, an entry a line, for comparison.
constexpr std::string_view kDump = R"js('use strict';
const fs = require('fs');
const zlib = require('zlib');
const [, , reader, file, out] = process.argv;
const data = fs.readFileSync(file);
const payloadBuffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
const internals = {
  internalBinding: () => ({ crc32: (view, start) => zlib.crc32(view, start) }),
  internal: () => zlib,
};
const mod = { exports: {} };
new Function('require', 'module', 'payloadBuffer', fs.readFileSync(reader, 'utf8'))(
  () => internals, mod, payloadBuffer);
const p = mod.exports;
const lines = [`main ${p.mainEntry} seal ${p.seal()}`];
const table = (r) => r === undefined ? '' : r.names.map((n, i) => `${n}=${p.wordAt(r.at + i)}`).join(',');
const queue = [[0, '']];
for (const [entry, name] of queue) {
  const line = [entry, p.kind(entry), p.path(entry), name, p.parent(entry)];
  if (p.kind(entry) === p.KIND_DIRECTORY) {
    p.childNames(entry).forEach((child, i) => queue.push([p.firstChild(entry) + i, child]));
  } else if (p.kind(entry) === p.KIND_SYMLINK) {
    line.push(p.linkTarget(entry), p.linkEntry(entry));
  } else {
    line.push(p.size(entry), p.content(entry).toString('hex'),
      Buffer.from(p.contentText(entry)).toString('hex'), p.format(entry) ?? '',
      p.isExecutable(entry), p.readsFiles(entry), p.isCompressed(entry),
      Buffer.from(p.codeCache(entry) ?? '').toString('hex'), p.strippedText(entry) ?? '',
      table(p.resolutions(entry, false)), table(p.resolutions(entry, true)));
  }
  lines.push(line.join('|'));
}
fs.writeFileSync(out, lines.join('\n') + '\n');
)js";

std::string flag(bool value) {
  return value ? "true" : "false";
}

std::string resolution_text(const Bytes& bytes, const PayloadReader& reader, uint32_t index,
                            bool imports) {
  if (index == 0) return "";
  uint64_t head = reader.header().resolutions.offset / 4 + index - 1;
  uint32_t requires_count = word(bytes, head);
  uint64_t list = head + (imports ? 3 : 0);
  uint64_t target = head + kResolutionsHeadWords + (imports ? requires_count : 0);
  std::string names = text_at(bytes, word(bytes, list + 1), word(bytes, list + 2));
  std::string out;
  for (uint32_t i = 0; i < word(bytes, list); ++i) {
    size_t end = std::min(names.find('\0'), names.size());
    out +=
        (i > 0 ? "," : "") + names.substr(0, end) + "=" + std::to_string(word(bytes, target + i));
    names.erase(0, end + 1);
  }
  return out;
}

// The same lines, from this reader.
std::string dump(const Bytes& bytes) {
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  const PayloadHeader& header = reader->header();
  std::string out = "main " + std::to_string(header.main_entry) + " seal " +
                    to_hex(ByteView(header.manifest_sha256, 32)) + "\n";
  for (size_t i = 0; i < reader->entries().size(); ++i) {
    const PayloadEntryView& entry = reader->entries()[i];
    PayloadEntry record = record_of(bytes, entry.path);
    out += std::to_string(i) + "|" + std::to_string(static_cast<uint32_t>(entry.kind)) + "|" +
           std::string(entry.path) + "|" + std::string(base_name(entry.path)) + "|" +
           std::to_string(record.parent);
    if (entry.kind == EntryKind::kSymlink) {
      uint32_t real = record.symlink.real_entry;
      out += "|" + std::string(entry.link_target) + "|" +
             (real == kNoEntry ? "-1" : std::to_string(real));
    }
    if (entry.kind == EntryKind::kFile) {
      const char* const kFormats[] = {
          "", "commonjs", "module", "json", "commonjs-typescript", "module-typescript"};
      auto content = reader->content(entry);
      REQUIRE(content);
      out += "|" + std::to_string(entry.size) + "|" + to_hex(*content) + "|" + to_hex(*content) +
             "|" + kFormats[static_cast<uint32_t>(entry.format)] + "|" + flag(entry.executable) +
             "|" + flag((record.flags & kEntryReadsFiles) != 0) + "|" +
             flag(entry.storage == EntryStorage::kZstd) + "|" + to_hex(entry.code_cache) + "|" +
             std::string(entry.stripped.value_or(ByteView()).text()) + "|" +
             resolution_text(bytes, *reader, record.file.resolutions, false) + "|" +
             resolution_text(bytes, *reader, record.file.resolutions, true);
    }
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("the words of a header are where the format's comment puts them") {
  PayloadFixture fixture;
  fixture.input.runtime = {{{fixture.keep("runtime"), fixture.keep("cache")},
                            {fixture.keep("second"), {}},
                            {fixture.keep("third"), fixture.keep("its cache")}}};
  fixture.set_manifest("{}");
  fixture.add("a.js", "12345");
  fixture.input.main_path = "a.js";
  const Bytes bytes = fixture.bytes();
  const Bytes manifest = fixture.input.manifest({});
  const auto manifest_size = static_cast<uint32_t>(manifest.size());

  CHECK(text_at(bytes, 0, 4) == "INGT");
  CHECK(word(bytes, 1) == kPayloadVersion);
  CHECK(word(bytes, 2) == bytes.size());
  CHECK(word(bytes, 3) == 2);  // the root and a.js
  CHECK(word(bytes, 4) == 1);  // a.js
  // entries, names ("", "a.js" of the root's list, "a.js" the path), resolutions
  CHECK(word(bytes, 6) == 160);
  CHECK(word(bytes, 7) == 96);
  CHECK(word(bytes, 8) == 256);
  CHECK(word(bytes, 9) == 8);
  CHECK(word(bytes, 10) == 272);
  CHECK(word(bytes, 11) == 0);
  // the manifest
  CHECK(word(bytes, 12) == 368);
  CHECK(word(bytes, 13) == manifest_size);
  // the parts of the runtime: script, cache, checksum of both
  const uint32_t parts[3][4] = {{272, 7, 288, 5}, {304, 6, 320, 0}, {320, 5, 336, 9}};
  for (uint64_t part = 0; part < 3; ++part) {
    CAPTURE(part);
    for (uint64_t i = 0; i < 4; ++i) CHECK(word(bytes, 15 + 5 * part + i) == parts[part][i]);
    CHECK(word(bytes, 19 + 5 * part) == crc32_z(0, bytes.data() + parts[part][0],
                                                parts[part][2] + parts[part][3] - parts[part][0]));
  }
  // no signature
  for (uint64_t i = 30; i < 32; ++i) CHECK(word(bytes, i) == 0);
  CHECK(to_hex(ByteView(bytes).slice(128, 32).value()) == sha256_hex(manifest));

  Bytes unsealed(bytes.begin(), bytes.begin() + 160);
  std::fill_n(unsealed.begin() + 20, 4, uint8_t{0});
  CHECK(word(bytes, 5) == crc32_z(0, unsealed.data(), unsealed.size()));
  CHECK(word(bytes, 14) == crc32_z(0, bytes.data() + 160, 272 - 160));

  // The root: a directory of one child, whose name is the list.
  const uint64_t root = 40, file = 52;
  CHECK(word(bytes, root) == 0);
  CHECK(word(bytes, root + 2) == 0);
  CHECK(word(bytes, root + 3) == 0);
  CHECK(word(bytes, root + 4) == 1);
  CHECK(word(bytes, root + 5) == 1);
  CHECK(text_at(bytes, word(bytes, root + 6), word(bytes, root + 7)) == "a.js");
  // The file.
  CHECK(word(bytes, file) == 1);
  CHECK(text_at(bytes, word(bytes, file + 1), word(bytes, file + 2)) == "a.js");
  CHECK(word(bytes, file + 3) == 0);
  CHECK(word(bytes, file + 4) == 352);
  CHECK(word(bytes, 2) == 368 + manifest_size);
  CHECK(word(bytes, file + 5) == 5);
  CHECK(word(bytes, file + 6) == 5);
  CHECK(word(bytes, file + 7) == crc32_z(0, reinterpret_cast<const uint8_t*>("12345"), 5));
  CHECK(word(bytes, file + 9) == 0);
  CHECK(word(bytes, file + 11) == 0);
}

TEST_CASE("the digests are of everything but what the manifest decides") {
  SmallApplication application;
  PayloadDigests sealed;
  application.input.manifest = [&](const PayloadDigests& digests) {
    sealed = digests;
    return Bytes(1000, 'm');
  };
  Bytes bytes = application.bytes();
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->digests() == sealed);

  const PayloadHeader header = reader->header();
  Bytes index(bytes.begin(), bytes.begin() + header.runtime_begin());
  for (size_t i : {2, 5, 12, 13}) std::fill_n(index.begin() + static_cast<long>(i) * 4, 4, 0);
  std::fill_n(index.begin() + 128, 32, 0);
  CHECK(sealed.index == sha256_hex(index));
  Bytes content(bytes.begin() + header.runtime_begin(), bytes.begin() + header.manifest.offset);
  CHECK(sealed.content == sha256_hex(content));

  PayloadDigests with_another;
  application.input.manifest = [&](const PayloadDigests& digests) {
    with_another = digests;
    return Bytes(5, 'n');
  };
  application.bytes();
  CHECK(with_another == sealed);
}

TEST_CASE("the reader inside the executable has the same numbers as the format") {
  const std::string js = payload_js();
  CHECK(constant(js, "MAGIC = (0x[0-9A-F]+);") == kPayloadMagic);
  CHECK(constant(js, "VERSION = ([0-9]+);") == kPayloadVersion);
  CHECK(constant(js, "mainEntry: ([0-9]+)") * 4 == offsetof(PayloadHeader, main_entry));
  CHECK(constant(js, "entries: ([0-9]+)") * 4 == offsetof(PayloadHeader, entries));
  CHECK(constant(js, "resolutions: ([0-9]+)") * 4 == offsetof(PayloadHeader, resolutions));
  CHECK(constant(js, "seal: ([0-9]+)") == offsetof(PayloadHeader, manifest_sha256));
  CHECK(constant(js, "indexChecksum: ([0-9]+)") * 4 == offsetof(PayloadHeader, index_crc));
  CHECK(constant(js, "ENTRY_WORDS = ([0-9]+)") * 4 == sizeof(PayloadEntry));
  CHECK(constant(js, "NO_ENTRY = (0x[0-9A-F]+)") == kNoEntry);
  CHECK(constant(js, "KIND_DIRECTORY = ([0-9])") == static_cast<uint64_t>(EntryKind::kDirectory));
  CHECK(constant(js, "KIND_FILE = ([0-9])") == static_cast<uint64_t>(EntryKind::kFile));
  CHECK(constant(js, "KIND_SYMLINK = ([0-9])") == static_cast<uint64_t>(EntryKind::kSymlink));
  CHECK(constant(js, "KIND_MASK = ([0-9])") == kEntryKindMask);
  CHECK(1u << constant(js, "EXECUTABLE = 1 << ([0-9]+)") == kEntryExecutable);
  CHECK(1u << constant(js, "STRIPPED = 1 << ([0-9]+)") == kEntryStripped);
  CHECK(1u << constant(js, "READS_FILES = 1 << ([0-9]+)") == kEntryReadsFiles);
  CHECK(constant(js, "STORAGE_SHIFT = ([0-9]+)") == kEntryStorageShift);
  CHECK(constant(js, "STORAGE_ZSTD = ([0-9]+)") == static_cast<uint64_t>(EntryStorage::kZstd));
  CHECK(constant(js, "FORMAT_SHIFT = ([0-9]+)") == kEntryFormatShift);
}

TEST_CASE("the reader inside the executable finds what this one finds") {
  auto node = find_template_node();
  if (!node) return;
  SmallApplication application;
  for (const char* name : {"\xF0\x9F\x98\x80", "\xEF\xBD\x9E", "\xEE\x80\x80", "\xC3\xA9"})
    application.add(std::string("names/") + name + ".txt", name);
  for (int i = 0; i < 200; ++i) {
    PayloadFile& file =
        application.add("many/" + std::to_string(i) + ".js", std::string(i, 'x') + "\xC3\xA9");
    file.code_cache = application.keep(std::string(i % 17, 'c'));
    if (i % 3 == 0) file.requires_ = {{"./next", "many/" + std::to_string((i + 1) % 200) + ".js"}};
    if (i % 4 == 0) file.imports = {{"", "main.js"}, {"\xC3\xBC", "many/7.js"}, {"x", "main.js"}};
  }
  const Bytes bytes = application.bytes();
  ScratchFolder folder;
  REQUIRE(write_file_atomically(folder.path("payload"), bytes));
  REQUIRE(write_file_atomically(folder.path("dump.js"), kDump));
  auto outcome = run_process({*node, folder.path("dump.js"), INGOT_SOURCE_DIR "/runtime/payload.js",
                              folder.path("payload"), folder.path("out")},
                             {});
  REQUIRE(outcome);
  CAPTURE(outcome->error_output);
  REQUIRE(outcome->exit_code == 0);
  auto found = real_file_system().read(folder.path("out"), 1 << 24);
  REQUIRE(found);
  const std::string expected = dump(bytes);
  CHECK(*found == expected);
  auto entries = std::count(expected.begin(), expected.end(), '\n') - 1;
  WARN(entries << " entries compared with the reader inside the executable");
  CHECK(entries > 200);
}
