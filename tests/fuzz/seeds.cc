// What the fuzz targets start from: inputs that are in order, which the unit tests make by hand.
// Written to DIR/<target>/ for the DIR that INGOT_SEEDS names. The fixtures are Catch2's, so this
// is.
#include <cstdlib>

#include "base/atomic_file.h"
#include "base/file_system.h"
#include "tests/unit/commands/handmade_executable.h"
#include "tests/unit/executable/handmade_macho.h"
#include "tests/unit/executable/handmade_pe.h"
#include "tests/unit/lockfile/lockfile_samples.h"
#include "tests/unit/unpack/tar_builder.h"
#include "tests/unit/v8cache/handmade_cache.h"

using namespace ingot;

namespace {

void write_seed(const std::string& target, const std::string& name, ByteView bytes) {
  const char* folder = std::getenv("INGOT_SEEDS");
  REQUIRE(folder != nullptr);
  std::string path = join_path(folder, target);
  REQUIRE(make_directories(path));
  REQUIRE(write_file_atomically(join_path(path, name), bytes));
}

void write_seed(const std::string& target, const std::string& name, const std::string& text) {
  write_seed(target, name, ByteView(std::string_view(text)));
}

}  // namespace

TEST_CASE("lockfiles") {
  write_seed("lockfile_fuzz", "pnpm-9", filled(kPnpm9));
  write_seed("lockfile_fuzz", "pnpm-5", filled(kPnpm5));
  write_seed("lockfile_fuzz", "yarn-1", filled(kYarn));
  write_seed("lockfile_fuzz", "berry", filled(kBerry));
  write_seed("lockfile_fuzz", "bun", filled(kBun));
}

TEST_CASE("executables") {
  HandmadeExecutable cast;
  write_seed("executable_fuzz", "elf", HandmadeElf().bytes());
  write_seed("executable_fuzz", "mach-o", HandmadeMachO().bytes());
  write_seed("executable_fuzz", "pe", HandmadePe().bytes());
  write_seed("executable_fuzz", "cast", cast.bytes());
}

TEST_CASE("payloads") {
  HandmadeExecutable cast;
  write_seed("payload_fuzz", "payload", cast.payload_bytes());
  write_seed("payload_fuzz", "manifest", write_sealed_manifest(cast.manifest));
}

TEST_CASE("tarballs") {
  testing::TarBuilder archive;
  archive.file("package/package.json", R"({"name":"a","version":"1.0.0","bin":"a.js"})")
      .pax({{"path", "package/long.js"}})
      .file("package/short.js", "1")
      .gnu_long_name("package/longer.js")
      .file("package/a.js", "#!/usr/bin/env node\n", 0755);
  write_seed("tarball_fuzz", "tar", archive.tar());
}

TEST_CASE("code caches") {
  write_seed("code_cache_fuzz", "cache", code_cache_of(handmade_stream()));
}

TEST_CASE("advisories") {
  write_seed("advisory_fuzz", "advisory", R"({"id": "TEST-1", "aliases": ["TEST-2"], "affected": [{
    "package": {"ecosystem": "npm", "name": "alpha"}, "versions": ["1.0.0"], "ranges": [{
    "type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0-rc.1"}, {"limit": "*"}]}]}]})");
}
