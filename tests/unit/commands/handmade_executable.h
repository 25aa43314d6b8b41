// A small executable as `ingot build` makes it, from a handmade ELF file, whose every part a test
// can change before it is put together.
#pragma once

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "loader/payload_reader.h"
#include "loader/payload_writer.h"
#include "packer/attest/seal_signature.h"
#include "packer/cast/launcher.h"
#include "packer/cast/sealed_manifest.h"
#include "packer/executable/sea_blob.h"
#include "templates/pins.h"
#include "tests/unit/executable/casting.h"
#include "tests/unit/executable/handmade_elf.h"

namespace ingot {

struct HandmadeExecutable {
  std::string runtime = "/* the runtime */";
  std::string runtime_cache = "its code cache";
  std::string later_runtime = "/* a later part */";
  std::string stub = "/* the stub */";
  std::string main_text = "console.log('main');";
  std::string library_text = std::string(200, 'x');
  std::string cache = "a code cache";
  Bytes library_stored = zstd_compress(std::string_view(library_text), 3);
  Bytes original = HandmadeElf().bytes();
  SealedManifest manifest;
  std::optional<PayloadDigests> earlier;  // in the manifest in place of the payload's own
  std::optional<PrivateKey> seal_key;
  PayloadInput payload;

  HandmadeExecutable() {
    manifest.ingot_version = "0.1.0";
    manifest.target = "linux-x64";
    manifest.name = "handmade";
    manifest.version = "1.0.0";
    manifest.entry = "main.js";
    manifest.node_options = "none";
    manifest.node_version = kDefaultNodeVersion;
    manifest.node_sha256 = sha256_hex(original);
    manifest.runtime_sha256 = sha256_hex(std::string_view(runtime + later_runtime));
    manifest.runtime_cache_sha256 = sha256_hex(std::string_view(runtime_cache));
    manifest.stub_sha256 = sha256_hex(std::string_view(stub));
    manifest.packages = {{"", "handmade", "1.0.0", "project", "none", ""},
                         {"node_modules/lib", "lib", "2.0.0", "registry", "sha512", "sha512-AA=="}};
    manifest.files = {{"main.js", 0, main_text.size(), sha256_hex(std::string_view(main_text)),
                       false, "", sha256_hex(std::string_view(cache))},
                      {"node_modules/lib/x.txt", 1, library_text.size(),
                       sha256_hex(std::string_view(library_text)), true, "", ""},
                      {"node_modules/link", 1, 0, "", false, "lib/x.txt", ""}};

    PayloadFile main;
    main.path = "main.js";
    main.format = EntryFormat::kCommonJs;
    main.stored = std::string_view(main_text);
    main.content_size = static_cast<uint32_t>(main_text.size());
    main.code_cache = std::string_view(cache);
    main.requires_ = {{"lib/x.txt", "node_modules/lib/x.txt"}};
    PayloadFile library;
    library.path = "node_modules/lib/x.txt";
    library.executable = true;
    library.storage = EntryStorage::kZstd;
    library.stored = library_stored;
    library.content_size = static_cast<uint32_t>(library_text.size());
    PayloadFile link;
    link.path = "node_modules/link";
    link.kind = EntryKind::kSymlink;
    link.link_target = "lib/x.txt";
    link.real_path = "node_modules/lib/x.txt";
    payload.files = {main, library, link};
    payload.main_path = "main.js";
  }
  HandmadeExecutable(const HandmadeExecutable&) = delete;

  Bytes payload_bytes() {
    payload.runtime[0] = {std::string_view(runtime), std::string_view(runtime_cache)};
    payload.runtime[2].script = std::string_view(later_runtime);
    payload.manifest = [this](const PayloadDigests& digests) {
      manifest.payload = earlier.value_or(digests);
      return zstd_compress(std::string_view(write_sealed_manifest(manifest)), 3);
    };
    if (seal_key)
      payload.signature = [this] { return write_seal(write_sealed_manifest(manifest), *seal_key); };
    auto written = write_payload(payload);
    REQUIRE(written);
    Bytes out;
    for (ByteView piece : written->pieces()) out.insert(out.end(), piece.begin(), piece.end());
    return out;
  }

  // `spoil` may change the launcher before it is written.
  Bytes bytes(const std::function<void(SeaContent&)>& spoil = [](SeaContent&) {}) {
    SeaContent launcher =
        launcher_of(std::string_view(stub), source_of(payload_bytes()), ExecArgvExtension::kNone);
    spoil(launcher);
    auto blob = make_sea_blob(std::move(launcher), kDefaultNodeVersion);
    REQUIRE(blob);
    auto cast = cast_bytes(original, blob->bytes);
    REQUIRE(cast);
    return *cast;
  }
};

}  // namespace ingot
