#include "packer/executable/signing/authenticode.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <random>

#include "packer/executable/pe/checksum.h"
#include "tests/unit/executable/casting.h"
#include "tests/unit/executable/handmade_pe.h"
#include "tests/unit/run_program.h"
#include "throwaway_identity.h"

using namespace ingot;

namespace {

const std::string kBlob = "the blob, of no multiple of four bytes";

Bytes cast_file() {
  auto cast = cast_bytes(HandmadePe().bytes(), source_of(ByteView(kBlob)), "win-x64");
  REQUIRE(cast);
  return std::move(*cast);
}

Identity load(const ThrowawayIdentity& made) {
  Diagnostics diagnostics;
  auto identity = load_identity(made.pkcs12("x"), "x", diagnostics);
  REQUIRE(identity);
  return std::move(*identity);
}

Result<Bytes> sign(const Bytes& file, const Identity& identity) {
  TestFolder folder;
  AtomicFile out = TRY(AtomicFile::create(folder.file("signed"), 0755));
  TRY(sign_executable(file, identity, "", out));
  TRY(out.flush());
  MappedFile written = TRY(MappedFile::open(out.temporary_path()));
  return Bytes(written.bytes().begin(), written.bytes().end());
}

Bytes sign_ok(const Bytes& file, const Identity& identity) {
  auto out = sign(file, identity);
  CAPTURE(out ? "" : out.error().message);
  REQUIRE(out);
  return std::move(*out);
}

}  // namespace

TEST_CASE("a signed PE file loads, is still proven, and says who signed it") {
  const Bytes file = cast_file();
  for (const KeyHandle& key : {make_rsa_key(), make_ec_key(), make_ec_key("P-384")}) {
    ThrowawayIdentity made({.owner = "Größe & Söhne"}, key);
    Bytes signed_file = sign_ok(file, load(made));
    Status layout = check_executable(signed_file);
    CAPTURE(layout ? "" : layout.error().message);
    CHECK(layout);
    CHECK(find_sea_blob(signed_file)->text() == kBlob);
    auto digest = digest_of_original(signed_file);
    CAPTURE(digest ? "" : digest.error().message);
    REQUIRE(digest);
    CHECK(digest->hex() == sha256_hex(HandmadePe().bytes()));
    auto signer = read_signer(signed_file);
    CAPTURE(signer ? "" : signer.error().message);
    REQUIRE(signer);
    REQUIRE(*signer);
    CHECK((*signer)->owner == "Größe & Söhne");
    CHECK((*signer)->issuer == "Throw-away Root");
    CHECK((*signer)->certificate_sha256 == sha256_hex(certificate_der(*made.certificate)));
  }
  CHECK_FALSE(*read_signer(file));
}

TEST_CASE("with an RSA key, signing the same file again gives the same bytes") {
  const Bytes file = cast_file();
  ThrowawayIdentity made;
  Identity identity = load(made);
  Bytes once = sign_ok(file, identity);
  CHECK(sign_ok(file, identity) == once);
  CHECK(sign_ok(once, identity) == once);
}

TEST_CASE("signing again replaces the signature") {
  ThrowawayIdentity first({.owner = "First"}), second({.owner = "Second"}, make_ec_key());
  const Bytes file = cast_file();
  Bytes signed_twice = sign_ok(sign_ok(file, load(first)), load(second));
  CHECK(read_signer(signed_twice)->value().owner == "Second");
  CHECK(ByteView(signed_twice).find("Second"));
  CHECK_FALSE(ByteView(signed_twice).find("First"));
}

TEST_CASE("any changed byte of a signed PE file is noticed") {
  Bytes file = sign_ok(cast_file(), load(ThrowawayIdentity({}, make_ec_key())));
  const uint64_t checksum = HandmadePe::kHeadersOffset + 20 + 64;
  size_t by_signature = 0;
  for (size_t i = 0; i < file.size(); ++i) {
    file[i] ^= 0x20;
    CHECK_FALSE(digest_of_original(file));
    file[i] ^= 0x20;
    if (i < HandmadePe::kSize || i % 5 != 0) continue;
    // The signature finds it though somebody made the checksum right again.
    Bytes bad = file;
    bad[i] ^= 0x20;
    uint32_t sum = pe::checksum_of(bad, checksum);
    std::memcpy(bad.data() + checksum, &sum, sizeof(sum));
    by_signature += read_signer(bad) ? 0 : 1;
  }
  CHECK(by_signature > 200);
}

TEST_CASE("a signature over other bytes is called that") {
  ThrowawayIdentity made;
  Bytes signed_file = sign_ok(cast_file(), load(made));
  Bytes changed = signed_file;
  changed[HandmadePe::kTextOffset] ^= 1;
  auto signer = read_signer(changed);
  REQUIRE_FALSE(signer);
  CHECK(signer.error().code == "signature-mismatch");
  CHECK(signer.error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("a damaged signature is an error or the same signer, and never a crash") {
  const Bytes file = cast_file();
  const Bytes good = sign_ok(file, load(ThrowawayIdentity()));
  std::mt19937_64 random(11);
  size_t refused = 0;
  constexpr size_t kRounds = 3000;
  for (size_t round = 0; round < kRounds; ++round) {
    Bytes bad = good;
    for (size_t count = 1 + random() % 3; count > 0; --count)
      bad[file.size() + random() % (good.size() - file.size())] ^=
          static_cast<uint8_t>(1 << (random() % 8));
    refused += read_signer(bad) ? 0 : 1;
  }
  CHECK(refused > kRounds / 2);
}

TEST_CASE("what is not intact, or not ours, or for Linux, is not signed") {
  Identity identity = load(ThrowawayIdentity({}, make_ec_key()));
  Bytes altered = cast_file();
  altered[HandmadePe::kTextOffset] ^= 1;
  CHECK(sign(altered, identity).error().code == "executable-altered");
  CHECK(sign(HandmadePe().bytes(), identity).error().code == "executable-not-ingot");
  auto elf = cast_bytes(HandmadeElf().bytes(), source_of(ByteView(kBlob)));
  REQUIRE(elf);
  CHECK(sign(*elf, identity).error().code == "sign-unsupported");
}

TEST_CASE("osslsigncode accepts checksum, digest and certificates of a signed file") {
  if (run_program("command -v osslsigncode").status != 0) {
    WARN("SKIPPED: no osslsigncode on this machine");
    return;
  }
  const Bytes file = cast_file();
  size_t compared = 0;
  for (const KeyHandle& key : {make_rsa_key(), make_ec_key()}) {
    ThrowawayIdentity made({}, key);
    Bytes signed_file = sign_ok(file, load(made));
    TestFolder folder;
    REQUIRE(write_file_atomically(folder.file("app.exe"), signed_file));
    const std::string pem = made.root_pem();
    REQUIRE(write_file_atomically(folder.file("root.pem"), std::string_view(pem)));
    ProgramOutput output = run_program("osslsigncode verify -CAfile '" + folder.file("root.pem") +
                                       "' -in '" + folder.file("app.exe") + "'");
    CAPTURE(output.text);
    CHECK(output.status == 0);
    CHECK(output.text.find("Signature verification: ok") != std::string::npos);
    CHECK(output.text.find("MISMATCH") == std::string::npos);
    ++compared;
  }
  WARN(compared << " signatures verified by osslsigncode");
  CHECK(compared > 0);
}
