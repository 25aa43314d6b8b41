// Payloads made in memory, with the bytes that their files view.
#pragma once

#include <catch2/catch.hpp>
#include <deque>
#include <string>

#include "loader/payload_reader.h"
#include "loader/payload_writer.h"

namespace ingot::testing {

class PayloadFixture {
 public:
  PayloadFixture() = default;
  PayloadFixture(const PayloadFixture&) = delete;

  PayloadFile& add(const std::string& path, const std::string& text,
                   EntryFormat format = EntryFormat::kUnknown) {
    PayloadFile file;
    file.path = path;
    file.format = format;
    file.stored = keep(text);
    file.content_size = static_cast<uint32_t>(text.size());
    input.files.push_back(std::move(file));
    return input.files.back();
  }
  PayloadFile& add_compressed(const std::string& path, const std::string& text) {
    Bytes frame = zstd_compress(std::string_view(text), 3);
    PayloadFile& file = add(path, std::string(frame.begin(), frame.end()));
    file.storage = EntryStorage::kZstd;
    file.content_size = static_cast<uint32_t>(text.size());
    return file;
  }
  PayloadFile& add_link(const std::string& path, const std::string& target,
                        std::optional<std::string> real_path) {
    PayloadFile file;
    file.path = path;
    file.kind = EntryKind::kSymlink;
    file.link_target = target;
    file.real_path = std::move(real_path);
    input.files.push_back(std::move(file));
    return input.files.back();
  }
  void set_manifest(const std::string& json) {
    Bytes frame = zstd_compress(std::string_view(json), 3);
    input.manifest = [frame](const PayloadDigests&) { return frame; };
  }
  // Bytes that live as long as the fixture.
  ByteView keep(std::string bytes) {
    storage_.push_back(std::move(bytes));
    return std::string_view(storage_.back());
  }

  Bytes bytes() const {
    auto payload = write_payload(input);
    REQUIRE(payload);
    Bytes out;
    for (ByteView piece : payload->pieces()) out.insert(out.end(), piece.begin(), piece.end());
    REQUIRE(payload->size() == out.size());
    return out;
  }
  // "" when it was written.
  std::string error() const {
    auto payload = write_payload(input);
    return payload ? "" : payload.error().code;
  }

  PayloadInput input;

 private:
  std::deque<std::string> storage_;
};

// A payload with one of everything.
class SmallApplication : public PayloadFixture {
 public:
  SmallApplication() {
    input.runtime = {{{keep("runtime of ours"), keep("runtime cache")},
                      {keep("a later part"), keep("its cache")},
                      {keep("the last part"), keep("its cache")}}};
    set_manifest(R"({"ingot":"0.1.0","files":[]})");
    PayloadFile& main = add("main.js", "require('a'); // \xC3\xBC", EntryFormat::kCommonJs);
    main.code_cache = keep("cache of main");
    main.requires_ = {{"./lib/b.mjs", "lib/b.mjs"}, {"a", "node_modules/a/index.js"}};
    main.imports = {{"a", "node_modules/a/a.mjs"}};
    PayloadFile& tool = add("node_modules/a/tool", "#!/bin/sh\n");
    tool.executable = true;
    add("node_modules/a/index.js", "exports.a = 1", EntryFormat::kCommonJs);
    add("node_modules/a/a.mjs", "export {}", EntryFormat::kModule).code_cache = keep("cache of a");
    add("node_modules/a/package.json", "{}", EntryFormat::kJson);
    add("node_modules/a/x.node",
        "\x7F"
        "ELF")
        .reads_files = true;
    add("lib/b.mjs", "", EntryFormat::kModule);
    PayloadFile& typed = add("lib/c.mts", "let c: 1;", EntryFormat::kModuleTypescript);
    typed.stripped = keep("let c   ;");
    typed.code_cache = keep("cache of c");
    typed.imports = {{"./b.mjs", "lib/b.mjs"}};
    add("lib/d.cts", "type D = 1").stripped = keep("          ");
    add_compressed("README.md", std::string(5000, 'r'));
    add_link("node_modules/.bin/tool", "../a/tool", "node_modules/a/tool");
    add_link("node_modules/self", "..", "");
    add_link("nowhere", "missing", std::nullopt);
    input.main_path = "main.js";
  }
};

inline const PayloadEntryView* find_entry(const PayloadReader& reader, std::string_view path) {
  for (const PayloadEntryView& entry : reader.entries())
    if (entry.path == path) return &entry;
  return nullptr;
}

// The record itself, which the reader keeps to itself.
inline PayloadEntry record_of(const Bytes& payload, std::string_view path) {
  auto reader = PayloadReader::open(payload);
  REQUIRE(reader);
  for (size_t i = 0; i < reader->entries().size(); ++i)
    if (reader->entries()[i].path == path)
      return ByteView(payload)
          .record<PayloadEntry>(reader->header().entries.offset + i * sizeof(PayloadEntry))
          .value();
  FAIL("no entry " << path);
  return {};
}

inline std::string text_at(const Bytes& payload, uint32_t offset, uint32_t size) {
  auto bytes = ByteView(payload).slice(offset, size);
  REQUIRE(bytes);
  return std::string(bytes->text());
}

}  // namespace ingot::testing
