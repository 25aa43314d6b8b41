// Executables for Windows: what they show beside the blob, and their signatures.
#include <catch2/catch.hpp>
#include <set>

#include "packer/commands/verification.h"
#include "packer/executable/pe/checksum.h"
#include "packer/executable/signing/sign.h"
#include "tests/unit/commands/handmade_executable.h"
#include "tests/unit/executable/handmade_icon.h"
#include "tests/unit/executable/handmade_pe.h"
#include "tests/unit/signing/throwaway_identity.h"

using namespace ingot;

namespace {

using Codes = std::set<std::string>;

// A handmade runtime is never a known one, so that does not count.
Codes wrong_with(ByteView file) {
  auto found = verify_executable(file);
  if (!found) return {found.error().code};
  Codes codes;
  for (const Error& problem : found->problems) {
    CHECK(problem.kind == ErrorKind::kIntegrity);
    if (problem.code != "runtime-unknown") codes.insert(problem.code);
  }
  return codes;
}

// Sealed with the dressing `sealed`, cast with the dressing `cast`.
Bytes make(const CastOptions& sealed, const CastOptions& cast) {
  HandmadeExecutable made;
  made.original = HandmadePe().bytes();
  made.manifest.target = "win-x64";
  made.manifest.node_sha256 = sha256_hex(made.original);
  auto digest = digest_of_presentation(made.original, sealed);
  REQUIRE(digest);
  made.manifest.windows.sha256 = digest->value().hex();
  SeaContent launcher = launcher_of(std::string_view(made.stub), source_of(made.payload_bytes()),
                                    ExecArgvExtension::kNone);
  auto blob = make_sea_blob(std::move(launcher), kDefaultNodeVersion);
  REQUIRE(blob);
  TestFolder folder;
  auto out = AtomicFile::create(folder.file("out"), 0755);
  REQUIRE(out);
  REQUIRE(cast_executable(made.original, *find_target("win-x64"), blob->bytes, *out, cast));
  REQUIRE(out->flush());
  auto file = MappedFile::open(out->temporary_path());
  REQUIRE(file);
  return Bytes(file->bytes().begin(), file->bytes().end());
}

CastOptions dressed() {
  CastOptions options;
  options.windows.icon = HandmadeIcon().bytes();
  options.windows.version.emplace().product_name = "Product";
  return options;
}

}  // namespace

TEST_CASE("an executable for Windows is what was sealed, and any changed byte is found") {
  Bytes file = make(dressed(), dressed());
  CHECK(wrong_with(file).empty());
  std::vector<size_t> unnoticed;
  for (size_t i = 0; i < file.size(); ++i) {
    file[i] ^= static_cast<uint8_t>(1u << (i % 8));
    if (wrong_with(file).empty()) unnoticed.push_back(i);
    file[i] ^= static_cast<uint8_t>(1u << (i % 8));
  }
  CHECK(unnoticed == std::vector<size_t>{});
}

TEST_CASE("another icon, other version information or no console are found") {
  CastOptions icon = dressed(), version = dressed(), console = dressed();
  icon.windows.icon.reset();
  version.windows.version->company = "Somebody Else";
  console.windows.hide_console = true;
  for (const CastOptions& other : {icon, version, console})
    CHECK(wrong_with(make(dressed(), other)) == Codes{"appearance-altered"});
}

TEST_CASE("a signed executable for Windows is what was sealed, and names its signer") {
  Diagnostics diagnostics;
  auto identity = load_identity(ThrowawayIdentity({}, make_ec_key()).pkcs12("x"), "x", diagnostics);
  REQUIRE(identity);
  Bytes file = make(dressed(), dressed());
  TestFolder folder;
  auto out = AtomicFile::create(folder.file("signed"), 0755);
  REQUIRE(out);
  REQUIRE(sign_executable(file, *identity, "", *out));
  REQUIRE(out->flush());
  auto written = MappedFile::open(out->temporary_path());
  REQUIRE(written);
  auto found = verify_executable(written->bytes());
  REQUIRE(found);
  CHECK(wrong_with(written->bytes()).empty());
  auto check = std::ranges::find(found->checks, "signature", &Check::name);
  REQUIRE(check != found->checks.end());
  CHECK(check->detail.find("Throw-away Signer") != std::string::npos);

  // Somebody makes another signer of it, and the checksum right again.
  Bytes bad(written->bytes().begin(), written->bytes().end());
  bad[*ByteView(bad).find("Throw-away Signer")] = 'X';
  const uint64_t checksum = HandmadePe::kHeadersOffset + 20 + 64;
  uint32_t sum = pe::checksum_of(bad, checksum);
  std::memcpy(bad.data() + checksum, &sum, sizeof(sum));
  CHECK(wrong_with(bad) == Codes{"signature-mismatch"});
}
