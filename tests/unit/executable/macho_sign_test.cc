#include "packer/executable/macho/sign.h"

#include <catch2/catch.hpp>

#include "casting.h"
#include "handmade_macho.h"
#include "packer/executable/macho/entitlements.h"
#include "packer/executable/macho/reader.h"
#include "packer/executable/macho/requirements.h"
#include "tests/unit/signing/throwaway_identity.h"
#include "tests/unit/template_files.h"

using namespace ingot;
using namespace ingot::testing;

namespace {

const std::string kTeam = "TEAM123456";

Identity identity_of(const ThrowawayIdentity& throwaway) {
  return {throwaway.key, throwaway.certificate, {throwaway.root}};
}

CertificateSettings with_team() {
  CertificateSettings settings;
  settings.unit = kTeam;
  return settings;
}

Bytes cast_file() {
  auto cast = cast_bytes(HandmadeMachO().bytes(), source_of(ByteView(std::string_view("blob"))),
                         "darwin-arm64");
  REQUIRE(cast);
  return *cast;
}

Result<Bytes> sign(const Bytes& file, const Identity& identity, const std::string& name = "") {
  TestFolder folder;
  AtomicFile out = TRY(AtomicFile::create(folder.file("out"), 0755));
  TRY(macho::sign_macho(file, identity, name, out));
  TRY(out.flush());
  MappedFile written = TRY(MappedFile::open(out.temporary_path()));
  return Bytes(written.bytes().begin(), written.bytes().end());
}

Bytes sign_ok(const Bytes& file, const Identity& identity, const std::string& name = "") {
  auto out = sign(file, identity, name);
  INFO((out ? "" : out.error().message));
  REQUIRE(out);
  return *out;
}

ByteView signature_of(const Bytes& file) {
  auto image = macho::read_macho(file);
  REQUIRE(image);
  const macho::Command* command = image->command(macho::kCodeSignature);
  return *ByteView(file).slice_from(macho::field(*command, 8));
}

ByteView slot_of(const Bytes& file, uint32_t slot) {
  auto blobs = macho::read_signature(signature_of(file));
  REQUIRE(blobs);
  for (const macho::FoundBlob& blob : *blobs) {
    if (blob.slot == slot) return blob.bytes;
  }
  return {};
}

}  // namespace

TEST_CASE("a signed Mach-O file would load, is still proven, and names its signer and team") {
  ThrowawayIdentity throwaway(with_team());
  Bytes file = cast_file();
  Bytes signed_file = sign_ok(file, identity_of(throwaway));
  Status layout = check_executable(signed_file);
  INFO((layout ? "" : layout.error().message));
  CHECK(layout);
  CHECK(find_sea_blob(signed_file)->text() == "blob");
  CHECK(digest_of_original(signed_file)->hex() == sha256_hex(HandmadeMachO().bytes()));

  auto report = macho::read_signer(signed_file);
  REQUIRE(report);
  CHECK_FALSE(report->is_ad_hoc);
  CHECK(owner_of(*report->signer.certificate) == "Throw-away Signer");
  CHECK(report->signer.team == kTeam);
  CHECK(report->content.team == kTeam);
  CHECK(report->content.identifier == "application");
  CHECK(report->content.flags == macho::kHardenedRuntime);
  CHECK(report->content.runtime_version == 0xf0500);
  CHECK(macho::read_signer(file)->is_ad_hoc);
}

TEST_CASE("every kind of key signs, and a signed file is signed again in another name") {
  for (const KeyHandle& key : {make_rsa_key(), make_ec_key("P-256"), make_ec_key("P-384")}) {
    ThrowawayIdentity throwaway({}, key);
    Bytes once = sign_ok(cast_file(), identity_of(throwaway));
    Bytes twice = sign_ok(once, identity_of(throwaway), "com.example.other");
    CHECK(check_executable(twice));
    CHECK(digest_of_original(twice)->hex() == sha256_hex(HandmadeMachO().bytes()));
    CHECK(macho::read_signer(twice)->content.identifier == "com.example.other");
  }
}

TEST_CASE("only what is signed about a signed file differs from the file before") {
  ThrowawayIdentity throwaway;
  Bytes file = cast_file();
  Bytes signed_file = sign_ok(file, identity_of(throwaway));
  size_t end = file.size() - signature_of(file).size();
  CHECK(std::equal(file.begin() + 0x1000, file.begin() + static_cast<ptrdiff_t>(end),
                   signed_file.begin() + 0x1000));
}

TEST_CASE("debuggers are not let in by a signed file, and its other entitlements are kept") {
  ThrowawayIdentity throwaway;
  Bytes signed_file = sign_ok(cast_file(), identity_of(throwaway));
  CHECK(slot_of(signed_file, macho::kEntitlementsSlot).text().substr(8) ==
        "<plist version=\"1.0\">\n<dict>\n    <key>com.example.kept</key>\n    <true/>\n</dict>\n"
        "</plist>\n");
  CHECK(to_hex(*slot_of(signed_file, macho::kEntitlementsDerSlot).slice_from(8)) ==
        "701c020101b01730150c10" + to_hex(std::string_view("com.example.kept")) + "0101ff");
}

TEST_CASE("entitlements of an unknown form are refused") {
  auto refused = [](uint32_t magic, std::string_view data) {
    auto out = macho::without_entitlement(macho::make_blob(magic, data), "key");
    return out ? "accepted" : out.error().code;
  };
  CHECK(refused(0xfade7171, "<key>key</key><string/>") == "entitlements-unknown");
  CHECK(refused(0xfade7171, "<key>key</key>") == "entitlements-unknown");
  CHECK(refused(0xfade7171, "<key>other</key><string/>") == "accepted");
  CHECK(refused(0xfade7173, "") == "entitlements-unknown");
  std::string der = HandmadeMachO().entitlements_der;
  CHECK(refused(0xfade7172, der) == "accepted");
  for (size_t size = 0; size < der.size(); ++size)
    CHECK(refused(0xfade7172, der.substr(0, size)) == "entitlements-unknown");
}

TEST_CASE("any changed byte of an identity's signature is noticed") {
  ThrowawayIdentity throwaway(with_team());
  Bytes file = sign_ok(cast_file(), identity_of(throwaway));
  size_t begin = file.size() - signature_of(file).size();
  for (size_t i = begin; i < file.size(); ++i) {
    for (uint8_t bit : {uint8_t{1}, uint8_t{0x80}}) {
      file[i] ^= bit;
      if (digest_of_original(file)) FAIL("a change at offset " << i - begin << " was not noticed");
      file[i] ^= bit;
    }
  }
  CHECK(digest_of_original(file));
}

TEST_CASE("an executable that was changed is not signed") {
  ThrowawayIdentity throwaway;
  Bytes file = cast_file();
  file[HandmadeMachO::kTextOffset] ^= 1;
  CHECK(sign(file, identity_of(throwaway)).error().code == "executable-altered");
  CHECK(sign(HandmadeMachO().bytes(), identity_of(throwaway)).error().code ==
        "executable-not-ingot");
  CHECK(sign(cast_file(), identity_of(throwaway), std::string(256, 'x')).error().code ==
        "identifier-invalid");
}

TEST_CASE("an identity without all of its certificates does not sign for macOS") {
  ThrowawayIdentity throwaway;
  Identity alone{throwaway.key, throwaway.certificate, {}};
  CHECK(sign(cast_file(), alone).error().code == "identity-chain-incomplete");
  Identity root{throwaway.root_key, throwaway.root, {}};
  CHECK(digest_of_original(sign_ok(cast_file(), root)));
}

TEST_CASE("the designated requirement pins the highest certificate of the owner's organization") {
  CertificateSettings settings;
  auto requirement = [&](const Identity& identity) {
    return to_hex(macho::designated_requirement(identity, "abc"));
  };
  auto expected = [](const std::string& place, const CertificateHandle& certificate) {
    Bytes hash = digest_of(DigestAlgorithm::kSha1, certificate_der(*certificate)).bytes;
    return "fade0c0100000050000000010000000300000014fade0c000000003c0000000100000006"
           "000000020000000361626300"
           "00000004" +
           place + "00000014" + to_hex(hash);
  };
  ThrowawayIdentity plain;
  CHECK(requirement(identity_of(plain)) == expected("00000000", plain.certificate));

  KeyHandle root_key = make_ec_key();
  settings.organization = "Some Company";
  settings.is_authority = true;
  CertificateHandle root = make_certificate(root_key.get(), settings, nullptr, nullptr);
  settings.is_authority = false;
  KeyHandle key = make_ec_key();
  CertificateHandle leaf = make_certificate(key.get(), settings, root.get(), root_key.get());
  CHECK(requirement({key, leaf, {root}}) == expected("ffffffff", root));
  CHECK(requirement({key, leaf, {plain.root}}) == expected("00000000", leaf));
}

TEST_CASE("the requirement of a Developer ID is the one that Apple's tool has put into Node") {
  auto path = find_template_file("darwin-arm64");
  if (!path) return;
  auto file = MappedFile::open(*path);
  REQUIRE(file);
  Bytes bytes(file->bytes().begin(), file->bytes().end());
  auto report = macho::read_code_directory(slot_of(bytes, macho::kCodeDirectorySlot));
  REQUIRE(report);
  Bytes ours = macho::developer_id_requirement(report->identifier, report->team);
  CHECK(to_hex(ours) == to_hex(slot_of(bytes, macho::kRequirementsSlot)));
}

TEST_CASE("OpenSSL's own program accepts the signature of an identity") {
  if (std::system("openssl version >/dev/null 2>&1") != 0) {
    WARN("SKIPPED: no openssl on this machine");
    return;
  }
  size_t compared = 0;
  for (const KeyHandle& key : {make_rsa_key(), make_ec_key()}) {
    ThrowawayIdentity throwaway(with_team(), key);
    Bytes file = sign_ok(cast_file(), identity_of(throwaway));
    TestFolder folder;
    REQUIRE(
        write_file_atomically(folder.file("directory"), slot_of(file, macho::kCodeDirectorySlot)));
    REQUIRE(
        write_file_atomically(folder.file("cms"), *slot_of(file, macho::kCmsSlot).slice_from(8)));
    REQUIRE(write_file_atomically(folder.file("root"), std::string_view(throwaway.root_pem())));
    std::string command = "cd '" + folder.path() +
                          "' && openssl cms -verify -inform DER -in cms -binary -content directory "
                          "-CAfile root -purpose any -out /dev/null 2>log";
    CHECK(std::system(command.c_str()) == 0);
    ++compared;
  }
  WARN(compared << " signatures compared with OpenSSL");
  CHECK(compared == 2);
}
