#include "packer/compile/v8/tokens.h"

#include <catch2/catch.hpp>
#include <random>

#include "handmade_cache.h"

using namespace ingot;

namespace {

const V8Version& v8_12() {
  return known_v8_versions().front();
}

struct Tokens {
  std::vector<Token> tokens;
  Status status;
};

Tokens all_tokens(const Bytes& stream, const V8Version& version = v8_14()) {
  TokenReader reader(stream, version);
  Tokens out;
  Token token;
  while (reader.next(token)) out.tokens.push_back(token);
  out.status = reader.status();
  return out;
}

// Each token begins where the one before ended.
bool are_contiguous(const std::vector<Token>& tokens) {
  uint64_t at = 0;
  for (const Token& token : tokens) {
    if (token.start != at || token.end <= token.start) return false;
    at = token.end;
  }
  return true;
}

Token only_token(const Bytes& stream, const V8Version& version = v8_14()) {
  Tokens read = all_tokens(stream, version);
  REQUIRE(read.status);
  REQUIRE(read.tokens.size() == 1);
  return read.tokens[0];
}

}  // namespace

TEST_CASE("Tokens have their operands and the number of words they fill") {
  Token object = only_token(StreamBuilder().object(3, 1000).bytes());
  CHECK(object.kind == TokenKind::kNewObject);
  CHECK(object.a == 3);
  CHECK(object.b == 1000);
  CHECK(object.words == 1);

  Token reference = only_token(StreamBuilder().byte(5).number(1).number(0x12345).bytes());
  CHECK(reference.kind == TokenKind::kReadOnlyHeapReference);
  CHECK(reference.a == 1);
  CHECK(reference.b == 0x12345);
  CHECK(reference.end == 5);

  Token raw = only_token(StreamBuilder().raw({1, 2, 3}).bytes());
  CHECK(raw.kind == TokenKind::kRawData);
  CHECK(raw.words == 3);
  CHECK(raw.end == 25);

  Token repeat = only_token(StreamBuilder().byte(0x0C).number(2).byte(7).bytes());
  CHECK(repeat.kind == TokenKind::kRepeatedRoot);
  CHECK(repeat.a == 7);
  CHECK(repeat.words == 20);

  Token root = only_token(StreamBuilder().root(0x3FFFFFFF).bytes());
  CHECK(root.kind == TokenKind::kRoot);
  CHECK(root.a == 0x3FFFFFFF);
  CHECK(only_token(StreamBuilder().constant(31).bytes()).a == 31);
}

TEST_CASE("The opcodes are those of the version") {
  CHECK(only_token({0x1E}, v8_12()).kind == TokenKind::kProtectedPrefix);
  CHECK(only_token({0x21}).kind == TokenKind::kProtectedPrefix);
  CHECK(only_token({0x82}, v8_12()).kind == TokenKind::kRepeat);
  CHECK(only_token({0x17}, v8_12()).kind == TokenKind::kWeakPrefix);
  CHECK(only_token({0x17}).kind == TokenKind::kClearedWeakReference);
  CHECK_FALSE(all_tokens({0x21}, v8_12()).status);
  CHECK_FALSE(all_tokens({0x1E}).status);
}

TEST_CASE("An opcode that no code cache has ends the reading with an error") {
  for (int opcode : {0x0D, 0x0F, 0x10, 0x14, 0x1B, 0x1F, 0x22, 0x3F, 0x98, 0xFF}) {
    CAPTURE(opcode);
    Tokens read = all_tokens({0x0A, static_cast<uint8_t>(opcode), 0, 0, 0, 0});
    CHECK(read.tokens.size() == 1);
    REQUIRE_FALSE(read.status);
    CHECK(read.status.error().code == "code-cache-malformed");
  }
}

TEST_CASE("A stream that is cut off ends at a token or is refused") {
  const Bytes whole = handmade_stream();
  const Tokens expected = all_tokens(whole);
  REQUIRE(expected.status);
  REQUIRE(are_contiguous(expected.tokens));
  REQUIRE(expected.tokens.back().end == whole.size());
  size_t refused = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    Tokens read = all_tokens(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    const bool at_token = size == 0 || std::any_of(expected.tokens.begin(), expected.tokens.end(),
                                                   [&](const Token& t) { return t.end == size; });
    CHECK(read.status.has_value() == at_token);
    refused += !read.status;
  }
  CHECK(refused > 100);
}

TEST_CASE("Changed bytes never lead outside the stream") {
  std::mt19937_64 random(26);
  const Bytes good = handmade_stream();
  size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = good;
    for (size_t count = 1 + random() % 4; count > 0; --count)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    bytes.resize(1 + random() % bytes.size());
    bytes.shrink_to_fit();  // so that a sanitizer sees the end
    Tokens read = all_tokens(bytes, round % 2 == 0 ? v8_14() : v8_12());
    if (!are_contiguous(read.tokens)) FAIL("a gap in round " << round);
    if (read.status && read.tokens.back().end != bytes.size())
      FAIL("ends early in round " << round);
    refused += !read.status;
  }
  CHECK(refused > 1000);
}
