// Payloads that were damaged, and payloads made to do harm.
#include <zlib.h>

#include <functional>
#include <random>

#include "payload_fixture.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

constexpr uint64_t kMaxContent = uint64_t{64} << 20;  // what these small payloads may expand to

void put_word(Bytes& bytes, uint64_t offset, uint32_t value) {
  REQUIRE(offset + 4 <= bytes.size());
  std::memcpy(bytes.data() + offset, &value, 4);
}

// Makes the header's checksum right, as somebody who means it would.
void seal_header(Bytes& bytes) {
  put_word(bytes, offsetof(PayloadHeader, header_crc), 0);
  put_word(bytes, offsetof(PayloadHeader, header_crc),
           static_cast<uint32_t>(crc32_z(0, bytes.data(), sizeof(PayloadHeader))));
}

bool is_inside(ByteView view, const Bytes& bytes) {
  if (view.empty()) return true;
  return view.data() >= bytes.data() && view.data() + view.size() <= bytes.data() + bytes.size();
}

struct Outcome {
  size_t opened = 0;
  size_t refused = 0;
};

// Opens it and asks for everything. `bytes` is exactly as large as the payload, so that a read
// beyond it is seen by sanitizers as well.
void exercise(const Bytes& bytes, Outcome& outcome) {
  auto reader = PayloadReader::open(bytes);
  if (!reader) {
    ++outcome.refused;
    const std::string& code = reader.error().code;
    if (code != "payload-damaged" && code != "payload-version") FAIL("refused with " << code);
    return;
  }
  ++outcome.opened;
  bool inside = true;
  for (const RuntimePart& part : reader->runtime())
    inside = inside && is_inside(part.script, bytes) && is_inside(part.cache, bytes);
  for (const PayloadEntryView& entry : reader->entries()) {
    inside = inside && is_inside(entry.path, bytes) && is_inside(entry.link_target, bytes) &&
             is_inside(entry.stored, bytes) && is_inside(entry.code_cache, bytes);
    if (entry.kind != EntryKind::kFile) continue;
    auto content = reader->content(entry);
    if (content && (content->size() != entry.size || content->size() > kMaxContent))
      FAIL("a content of " << content->size() << " bytes");
    if (!content && content.error().code != "file-damaged") FAIL(content.error().code);
  }
  if (!inside) FAIL("a view leads outside");
  auto manifest = reader->manifest();
  if (!manifest && manifest.error().kind != ErrorKind::kIntegrity) FAIL(manifest.error().code);
  (void)reader->check_outside_files();
}

struct Region {
  const char* name;
  uint64_t begin, end;
};

std::vector<Region> regions_of(const Bytes& bytes) {
  auto header = ByteView(bytes).record<PayloadHeader>(0).value();
  auto region = [](const char* name, PayloadSection section) {
    return Region{name, section.offset, uint64_t{section.offset} + section.size};
  };
  std::vector<Region> regions = {{"header", 0, sizeof(PayloadHeader)},
                                 region("entries", header.entries),
                                 region("names", header.names),
                                 region("resolutions", header.resolutions),
                                 region("manifest", header.manifest),
                                 {"blobs", header.runtime_end(), header.manifest.offset}};
  for (const PayloadPart& part : header.runtime) {
    regions.push_back(region("runtime", part.script));
    regions.push_back(region("runtime cache", part.cache));
  }
  return regions;
}

uint64_t entry_offset(const Bytes& bytes, std::string_view path) {
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  for (size_t i = 0; i < reader->entries().size(); ++i)
    if (reader->entries()[i].path == path)
      return reader->header().entries.offset + i * sizeof(PayloadEntry);
  FAIL("no entry " << path);
  return 0;
}

std::string open_error(const Bytes& bytes) {
  auto reader = PayloadReader::open(bytes);
  return reader ? "" : reader.error().code + ": " + reader.error().message;
}

}  // namespace

TEST_CASE("a payload cut off anywhere is refused") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  REQUIRE(open_error(whole).empty());
  for (size_t size = 0; size < whole.size(); ++size) {
    Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    auto reader = PayloadReader::open(cut);
    CAPTURE(size);
    REQUIRE_FALSE(reader);
    REQUIRE(reader.error().code == "payload-damaged");
    REQUIRE(reader.error().kind == ErrorKind::kIntegrity);
  }
}

TEST_CASE("bytes after a payload are not part of it") {
  SmallApplication application;
  Bytes bytes = application.bytes();
  const size_t size = bytes.size();
  bytes.resize(size + 100, 0xAA);
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->header().size == size);
  CHECK(reader->check_outside_files());
}

TEST_CASE("another version of the format is named") {
  SmallApplication application;
  Bytes bytes = application.bytes();
  put_word(bytes, offsetof(PayloadHeader, version), kPayloadVersion + 1);
  auto reader = PayloadReader::open(bytes);
  REQUIRE_FALSE(reader);
  CHECK(reader.error().code == "payload-version");
  CHECK(reader.error().message.find("version " + std::to_string(kPayloadVersion + 1)) !=
        std::string::npos);
}

TEST_CASE("no changed byte goes unnoticed, wherever it is") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  auto all_is_well = [](const Bytes& bytes) {
    auto reader = PayloadReader::open(bytes);
    if (!reader || !reader->manifest() || !reader->check_outside_files()) return false;
    for (const PayloadEntryView& entry : reader->entries()) {
      if (entry.kind != EntryKind::kFile) continue;
      if (!reader->content(entry) || !reader->stripped(entry)) return false;
      if (crc32_z(0, entry.code_cache.data(), entry.code_cache.size()) != entry.cache_crc)
        return false;
    }
    return true;
  };
  REQUIRE(all_is_well(whole));
  for (size_t i = 0; i < whole.size(); ++i) {
    Bytes changed = whole;
    changed[i] ^= static_cast<uint8_t>(1u << i % 8);
    CAPTURE(i);
    REQUIRE_FALSE(all_is_well(changed));
  }
}

TEST_CASE("damage to a file is named by its path") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  for (const char* path : {"main.js", "README.md", "node_modules/a/tool"}) {
    CAPTURE(path);
    Bytes bytes = whole;
    ++bytes[record_of(whole, path).file.data_offset + 3];
    auto reader = PayloadReader::open(bytes);
    REQUIRE(reader);
    size_t damaged = 0;
    for (const PayloadEntryView& entry : reader->entries()) {
      if (entry.kind != EntryKind::kFile) continue;
      auto content = reader->content(entry);
      if (content) continue;
      ++damaged;
      CHECK(content.error().code == "file-damaged");
      CHECK(content.error().kind == ErrorKind::kIntegrity);
      CHECK(content.error().message.find(path) != std::string::npos);
    }
    CHECK(damaged == 1);
  }
}

TEST_CASE("damage to the manifest is noticed, and so is a forged digest of it") {
  SmallApplication application;
  Bytes bytes = application.bytes();
  auto manifest_at = ByteView(bytes).record<PayloadHeader>(0)->manifest.offset;
  ++bytes[manifest_at + 9];
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->manifest().error().code == "manifest-damaged");

  bytes = application.bytes();
  ++bytes[offsetof(PayloadHeader, manifest_sha256)];
  seal_header(bytes);
  reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->manifest().error().code == "manifest-damaged");
  CHECK(reader->manifest().error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("bytes that belong to no file are noticed") {
  SmallApplication application;
  Bytes bytes = application.bytes();
  // "exports.a = 1" is 13 bytes long, and nothing compressed follows it.
  uint32_t gap = record_of(bytes, "node_modules/a/index.js").file.data_offset + 13;
  REQUIRE(bytes[gap] == 0);
  bytes[gap] = 1;
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  CHECK(reader->check_outside_files().error().code == "payload-damaged");
}

TEST_CASE("random damage to any region neither crashes the reader nor leads it outside") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  std::mt19937 random(20);
  const uint32_t kOddWords[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 16, 160};
  size_t mutations = 0;
  for (const Region& region : regions_of(whole)) {
    CAPTURE(region.name);
    REQUIRE(region.begin < region.end);
    Outcome outcome;
    for (int round = 0; round < 2000; ++round) {
      Bytes bytes = whole;
      for (auto count = 1 + random() % 4; count > 0; --count) {
        uint64_t at = region.begin + random() % (region.end - region.begin);
        switch (random() % 4) {
          case 0:
            bytes[at] = static_cast<uint8_t>(random());
            break;
          case 1:
            bytes[at] ^= static_cast<uint8_t>(1u << random() % 8);
            break;
          default:
            at = std::min<uint64_t>(at & ~uint64_t{3}, bytes.size() - 4);
            put_word(bytes, at,
                     random() % 2 ? kOddWords[random() % std::size(kOddWords)]
                                  : static_cast<uint32_t>(random() % (2 * whole.size())));
        }
      }
      // Half of the headers are forged, the others only damaged.
      if (region.begin > 0 || round % 2 == 0) {
        put_word(bytes, 0, kPayloadMagic);
        put_word(bytes, 4, kPayloadVersion);
        seal_header(bytes);
      }
      exercise(bytes, outcome);
      ++mutations;
    }
    // Damage to data is found when the data is asked for, damage to structure at once.
    std::string name = region.name;
    if (name == "header" || name == "entries" || name == "names") CHECK(outcome.refused > 500);
    if (name == "runtime" || name == "blobs") CHECK(outcome.opened == 2000);
  }
  WARN(mutations << " damaged payloads read");
  CHECK(mutations == 24000);
}

TEST_CASE("random bytes behind a good header neither crash the reader nor lead it outside") {
  std::mt19937 random(21);
  Outcome outcome;
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes(sizeof(PayloadHeader) + random() % 600);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() % 8 ? 0 : random() % 4);
    put_word(bytes, 0, kPayloadMagic);
    put_word(bytes, 4, kPayloadVersion);
    put_word(bytes, 8, static_cast<uint32_t>(bytes.size()));
    uint32_t count = 1 + static_cast<uint32_t>(random() % ((bytes.size() - 112) / 48));
    put_word(bytes, 12, count);
    uint64_t at = sizeof(PayloadHeader);
    // entries, names, resolutions, scripts and caches, the manifest
    for (uint32_t word : {6, 8, 10, 15, 17, 20, 22, 25, 27, 12}) {
      at = align_up(at, 16);
      uint64_t size = word == 6 ? count * 48 : random() % 64;
      put_word(bytes, word * 4, static_cast<uint32_t>(at));
      put_word(bytes, word * 4 + 4, static_cast<uint32_t>(size));
      at += size;
    }
    seal_header(bytes);
    exercise(bytes, outcome);
  }
  CHECK(outcome.refused > 0);
}

TEST_CASE("sections that overlap, swap or lie between words are refused") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  auto refused_with = [&](const std::function<void(PayloadHeader&)>& change) {
    Bytes bytes = whole;
    auto header = ByteView(bytes).record<PayloadHeader>(0).value();
    change(header);
    std::memcpy(bytes.data(), &header, sizeof(header));
    seal_header(bytes);
    return open_error(bytes);
  };
  CHECK(refused_with([](PayloadHeader&) {}).empty());
  // The runtime counts in words: it would read other entries than this reader.
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.entries.offset += 1; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.entries.offset += 48; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.entries.offset = 0; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.resolutions.offset += 2; }).empty());
  CHECK_FALSE(
      refused_with([](PayloadHeader& h) { std::swap(h.names, h.runtime[0].script); }).empty());
  CHECK_FALSE(
      refused_with([](PayloadHeader& h) { h.manifest.offset = sizeof(PayloadHeader); }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.manifest.offset += 16; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.manifest.size -= 1; }).empty());
  CHECK_FALSE(
      refused_with([](PayloadHeader& h) { h.runtime[0].script.size = 0xFFFFFFFF; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.size += 1; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.size = 64; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.entry_count -= 1; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.entry_count = 0x80000000; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.main_entry = 0; }).empty());
  CHECK_FALSE(refused_with([](PayloadHeader& h) { h.main_entry = h.entry_count; }).empty());
}

TEST_CASE("an entry that points outside, or is of no known kind, is refused") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  auto refused_with = [&](std::string_view path, const std::function<void(PayloadEntry&)>& change) {
    Bytes bytes = whole;
    uint64_t at = entry_offset(bytes, path);
    auto entry = ByteView(bytes).record<PayloadEntry>(at).value();
    change(entry);
    std::memcpy(bytes.data() + at, &entry, sizeof(entry));
    return open_error(bytes);
  };
  const uint32_t beyond = static_cast<uint32_t>(whole.size());
  CHECK(refused_with("main.js", [](PayloadEntry&) {}).empty());
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { e.flags |= 3; }).empty());
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { e.flags |= 3u << 4; }).empty());
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { e.flags |= 7u << 6; }).empty());
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { e.parent = 999; }).empty());
  CHECK_FALSE(refused_with("main.js", [=](PayloadEntry& e) { e.path_offset = beyond; }).empty());
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { e.path_size = kNoEntry; }).empty());
  CHECK(refused_with("main.js", [](PayloadEntry& e) {
          e.path_size = kMaxPathSize + 1;
        }).find("too long a path") != std::string::npos);
  CHECK_FALSE(
      refused_with("main.js", [=](PayloadEntry& e) { e.file.data_offset = beyond; }).empty());
  CHECK_FALSE(
      refused_with("main.js", [=](PayloadEntry& e) { e.file.cache_offset = beyond; }).empty());
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { e.file.resolutions = 999; }).empty());
  CHECK_FALSE(
      refused_with("lib/b.mjs", [](PayloadEntry& e) { e.flags |= kEntryStripped; }).empty());
  // The runtime takes a raw file's text by its size, this reader by the stored one.
  CHECK_FALSE(refused_with("main.js", [](PayloadEntry& e) { ++e.file.size; }).empty());
  CHECK_FALSE(
      refused_with("lib", [](PayloadEntry& e) { e.directory.first_child = kNoEntry; }).empty());
  CHECK_FALSE(refused_with("lib", [](PayloadEntry& e) { e.directory.child_count = 99; }).empty());
  CHECK_FALSE(
      refused_with("lib", [](PayloadEntry& e) { e.directory.list_size = kNoEntry; }).empty());
  CHECK_FALSE(refused_with("nowhere", [](PayloadEntry& e) { e.symlink.real_entry = 99; }).empty());
  CHECK_FALSE(
      refused_with("nowhere", [](PayloadEntry& e) { e.symlink.target_size = kNoEntry; }).empty());
}

TEST_CASE("a file whose data is the index, the runtime or the manifest is refused") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  auto header = ByteView(whole).record<PayloadHeader>(0).value();
  for (uint32_t place : {uint32_t{0}, header.names.offset, header.runtime_begin() + 1,
                         header.manifest.offset, header.manifest.offset - 1}) {
    CAPTURE(place);
    for (uint64_t word : {4, 8}) {
      Bytes bytes = whole;
      put_word(bytes, entry_offset(whole, "main.js") + word * 4, place);
      CHECK(open_error(bytes).find("no data of its own") != std::string::npos);
    }
  }
}

TEST_CASE("folders that disagree with the paths of what is in them are refused") {
  SmallApplication application;
  const Bytes whole = application.bytes();
  auto name_of = [&](std::string_view path) { return record_of(whole, path).path_offset; };
  auto list_of = [&](std::string_view path) {
    return record_of(whole, path).directory.list_offset;
  };
  auto refused_with = [&](uint64_t at, const std::string& text) {
    Bytes bytes = whole;
    std::copy(text.begin(), text.end(), bytes.begin() + static_cast<ptrdiff_t>(at));
    return open_error(bytes);
  };
  // lib has b.mjs, c.mts, d.cts.
  CHECK(refused_with(list_of("lib"), "b.mjs").empty());
  CHECK_FALSE(refused_with(list_of("lib"), "a.mjs").empty());
  CHECK_FALSE(refused_with(list_of("lib"), "z.mjs").empty());
  CHECK_FALSE(refused_with(list_of("lib"), "b/mjs").empty());
  CHECK_FALSE(refused_with(list_of("lib") + 5, "x").empty());
  CHECK_FALSE(refused_with(name_of("lib/b.mjs"), "LIB").empty());
  CHECK_FALSE(refused_with(name_of("lib/b.mjs") + 4, "a").empty());
  CHECK_FALSE(refused_with(name_of("node_modules/a/index.js"), "../").empty());

  auto renamed = [&](const std::string& name) {  // of lib/b.mjs, in its path and in the list
    Bytes bytes = whole;
    std::copy(name.begin(), name.end(), bytes.begin() + name_of("lib/b.mjs") + 4);
    std::copy(name.begin(), name.end(), bytes.begin() + list_of("lib"));
    return open_error(bytes);
  };
  CHECK(renamed("a.mjs").empty());
  CHECK_FALSE(renamed("z.mjs").empty());  // not in order
  CHECK_FALSE(renamed("c.mts").empty());  // twice
  CHECK_FALSE(renamed("a/mjs").empty());
  CHECK_FALSE(renamed(std::string("a\0mjs", 5)).empty());
  CHECK_FALSE(renamed("a\xFFmjs").empty());

  auto changed = [&](std::string_view path, uint64_t word, uint32_t value) {
    Bytes bytes = whole;
    put_word(bytes, entry_offset(whole, path) + word * 4, value);
    return open_error(bytes);
  };
  CHECK_FALSE(changed("lib/b.mjs", 3, 0).empty());  // another parent
  CHECK_FALSE(changed("lib", 5, 2).empty());        // a child less
  CHECK_FALSE(changed("lib", 5, 0).empty());
  CHECK_FALSE(changed("lib", 4, 0).empty());  // the root, below itself
  CHECK_FALSE(changed("", 0, 1).empty());     // a root that is a file
  CHECK_FALSE(changed("lib/b.mjs", 2, 0).empty());
}

TEST_CASE("files that share one list of resolutions are refused, as checking all could not end") {
  SmallApplication application;
  Bytes bytes = application.bytes();
  uint32_t index = record_of(bytes, "main.js").file.resolutions;
  put_word(bytes, entry_offset(bytes, "lib/b.mjs") + 44, index);
  CHECK(open_error(bytes).find("overlap") != std::string::npos);
}

TEST_CASE("a compressed file that says it is huge costs no memory") {
  SmallApplication application;
  PayloadFile& bomb = application.add_compressed("bomb", std::string(1000, 'b'));
  const size_t frame = bomb.stored.size();
  Bytes bytes = application.bytes();
  uint64_t at = entry_offset(bytes, "bomb");
  uint32_t data = record_of(bytes, "bomb").file.data_offset;
  // A frame header of a single segment with a content size of 8 bytes: RFC 8878, section 3.1.1.1.
  const uint8_t kHeader[] = {0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0xF0, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};
  REQUIRE(frame > sizeof(kHeader));
  std::memcpy(bytes.data() + data, kHeader, sizeof(kHeader));
  put_word(bytes, at + 24, 0xFFFFFFF0);
  put_word(bytes, at + 28, static_cast<uint32_t>(crc32_z(0, bytes.data() + data, frame)));
  auto reader = PayloadReader::open(bytes);
  REQUIRE(reader);
  auto content = reader->content(*find_entry(*reader, "bomb"));
  REQUIRE_FALSE(content);
  CHECK(content.error().code == "file-damaged");
  CHECK(content.error().message.find("bomb") != std::string::npos);
  CHECK_FALSE(zstd_decompress(ByteView(kHeader, sizeof(kHeader)), UINT64_MAX));
}

TEST_CASE("the most that zstd can expand is not taken for a lie") {
  const std::string zeros(64 << 20, '\0');
  Bytes frame = zstd_compress(std::string_view(zeros), 19);
  auto back = zstd_decompress(frame, zeros.size());
  REQUIRE(back);
  CHECK(back->size() == zeros.size());
  CHECK_FALSE(zstd_decompress(frame, zeros.size() - 1));
  CHECK_FALSE(zstd_decompress(ByteView(frame).slice(0, frame.size() - 1).value(), zeros.size()));
  frame.push_back(0);
  CHECK_FALSE(zstd_decompress(frame, zeros.size()));
  CHECK_FALSE(zstd_decompress(std::string_view("no frame at all"), 100));
  CHECK_FALSE(zstd_decompress(ByteView(), 100));
}
