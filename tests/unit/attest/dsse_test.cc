#include "packer/attest/dsse.h"

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "base/json.h"
#include "tests/unit/attest/throwaway_key.h"

using namespace ingot;

namespace {

constexpr std::string_view kType = "application/vnd.example+json";

std::string code_of(const std::string& text, const PublicKey& key) {
  auto envelope = open_envelope(text, "envelope", key);
  return envelope ? "" : envelope.error().code;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("what is signed is what the protocol's examples say") {
  CHECK(pre_authentication("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(pre_authentication("t", "") == "DSSEv1 1 t 0 ");
  CHECK(pre_authentication("t", "\xC3\xA9") == "DSSEv1 1 t 2 \xC3\xA9");
}

TEST_CASE("the protocol's published signature is accepted") {
  // protocol.md, "Test Vectors": ECDSA over NIST P-256 and SHA-256; there as r and s, here in DER.
  const std::string point =
      "04"
      "67cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
      "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74";
  auto spki = from_hex("3059301306072a8648ce3d020106082a8648ce3d030107034200" + point);
  REQUIRE(spki);
  auto key = PublicKey::from_der(*spki);
  REQUIRE(key);
  auto raw = from_base64(
      "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==");
  REQUIRE(raw);
  REQUIRE(raw->size() == 64);
  const Bytes der = *from_hex(
      "3044"
      "0220" +
      to_hex(ByteView(raw->data(), 32)) + "0220" + to_hex(ByteView(raw->data() + 32, 32)));
  const std::string signed_text = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
  CHECK(key->verifies(std::string_view(signed_text), der));
  const std::string envelope = R"({"payload":"aGVsbG8gd29ybGQ=",
    "payloadType":"http://example.com/HelloWorld","signatures":[{"sig":")" +
                               to_base64(der) + "\"}]}";
  auto opened = open_envelope(envelope, "envelope", *key);
  REQUIRE(opened);
  CHECK(opened->type == "http://example.com/HelloWorld");
  CHECK(opened->body == "hello world");
}

TEST_CASE("an envelope gives back what was put in, to the key's owner") {
  for (const char* kind : {"ED25519", "P-256"}) {
    ThrowawayKey pair(kind);
    const std::string body("a \0 body, \xC3\xA9", 12);
    auto text = write_envelope(kType, body, pair.private_key());
    REQUIRE(text);
    CHECK(text->find('\n') == text->size() - 1);
    auto envelope = open_envelope(*text, "envelope", pair.public_key());
    REQUIRE(envelope);
    CHECK(envelope->type == kType);
    CHECK(envelope->body == body);
  }
}

TEST_CASE("an envelope with several signatures needs one by the key") {
  ThrowawayKey mine, other;
  std::string text = *write_envelope(kType, "body", mine.private_key());
  std::string others = *write_envelope(kType, "body", other.private_key());
  std::string signature = others.substr(others.find("{\"keyid\""));
  signature = signature.substr(0, signature.find('}') + 1);
  CHECK(code_of(replaced(text, "[{", "[" + signature + ",{"), mine.public_key()) == "");
}

TEST_CASE("what is unsigned, of another key or altered is told apart") {
  ThrowawayKey mine, other;
  const PublicKey key = mine.public_key();
  const std::string text = *write_envelope(kType, "body", mine.private_key());
  CHECK(code_of(text, key) == "");
  CHECK(code_of(*write_envelope(kType, "body", other.private_key()), key) == "envelope-key-other");
  CHECK(code_of(replaced(text, to_base64(std::string_view("body")),
                         to_base64(std::string_view("bodY"))),
                key) == "envelope-altered");
  CHECK(code_of(replaced(text, "vnd.example", "vnd.Example"), key) == "envelope-altered");
  std::string unsigned_text = text.substr(0, text.find("[{")) + "[]}";
  CHECK(code_of(unsigned_text, key) == "envelope-unsigned");
  auto failure = open_envelope(unsigned_text, "envelope", key);
  CHECK(failure.error().kind == ErrorKind::kIntegrity);
}

TEST_CASE("what is no envelope is refused by name") {
  const PublicKey key = ThrowawayKey().public_key();
  for (const char* text : {"{}", "[]", R"({"payload":"","payloadType":"t"})",
                           R"({"payload":"*","payloadType":"t","signatures":[]})",
                           R"({"payload":"","payloadType":"t","signatures":{}})",
                           R"({"payload":"","payloadType":"t","signatures":[{}]})",
                           R"({"payload":"","payloadType":"t","signatures":[{"sig":""}]})",
                           R"({"payload":"","payloadType":"t","signatures":[{"sig":"A"}]})",
                           R"({"payload":1,"payloadType":"t","signatures":[]})"}) {
    CAPTURE(text);
    CHECK(code_of(text, key) == "envelope-malformed");
  }
  CHECK(code_of("{", key).starts_with("json-"));
}
