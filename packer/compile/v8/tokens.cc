#include "packer/compile/v8/tokens.h"

#include <array>

#include "packer/compile/v8/number30.h"

namespace ingot {

// How an opcode goes on.
struct TokenReader::Rule {
  enum Operands : uint8_t {
    kNone,
    kOne,           // number a
    kTwo,           // numbers a, b
    kSize,          // number b
    kFixedData,     // b * 8 bytes
    kVariableData,  // number b, b * 8 bytes
    kFixedRoot,     // byte a
    kVariableRoot,  // number added to b, byte a
    kVariableCount  // number added to b
  };
  TokenKind kind = TokenKind::kUnknown;
  Operands operands = kNone;
  uint8_t a = 0;
  uint8_t b = 0;
  uint8_t words = 0;
};

struct TokenReader::Table {
  std::array<Rule, 256> rules{};

  constexpr explicit Table(SerializerDialect dialect) {
    using enum TokenKind;
    const bool is_13 = dialect == SerializerDialect::kV8_13;
    const uint8_t shift = is_13 ? 1 : 0;  // of the opcodes from 0x10 on
    for (uint8_t space = 0; space < 4; ++space)
      rules[space] = {kNewObject, Rule::kSize, space, 0, 1};
    rules[0x04] = {kBackReference, Rule::kOne, 0, 0, 1};
    rules[0x05] = {kReadOnlyHeapReference, Rule::kTwo, 0, 0, 1};
    rules[0x06] = {kStartupObjectCache, Rule::kOne, 0, 0, 1};
    rules[0x07] = {kRoot, Rule::kOne, 0, 0, 1};
    rules[0x08] = {kAttachedReference, Rule::kOne, 0, 0, 1};
    rules[0x09] = {kSharedHeapObjectCache, Rule::kOne, 0, 0, 1};
    rules[0x0A] = {kNop, Rule::kNone, 0, 0, 0};
    rules[0x0B] = {kSynchronize, Rule::kNone, 0, 0, 0};
    rules[0x0C] = is_13 ? Rule{kRepeatedRoot, Rule::kVariableRoot, 0, 18, 0}
                        : Rule{kRepeat, Rule::kVariableCount, 0, 18, 0};
    rules[0x10 + shift] = {kRawData, Rule::kVariableData, 0, 0, 0};
    rules[0x12 + shift] = {kExternalReference, Rule::kOne, 0, 0, 1};
    rules[0x16 + shift] = {kClearedWeakReference, Rule::kNone, 0, 0, 1};
    rules[0x17 + shift] = {kWeakPrefix, Rule::kNone, 0, 0, 0};
    rules[0x18 + shift] = {kPendingReference, Rule::kNone, 0, 0, 1};
    rules[0x19 + shift] = {kResolvePendingReference, Rule::kOne, 0, 0, 0};
    rules[0x1C + shift] = {kIndirectPrefix, Rule::kNone, 0, 0, 0};
    rules[is_13 ? 0x21 : 0x1E] = {kProtectedPrefix, Rule::kNone, 0, 0, 0};
    for (uint8_t i = 0; i < 0x20; ++i) {
      rules[0x40 + i] = {kRoot, Rule::kNone, i, 0, 1};
      rules[0x60 + i] = {kRawData, Rule::kFixedData, 0, static_cast<uint8_t>(i + 1), 0};
    }
    for (uint8_t i = 0; i < 0x10; ++i) {
      const auto count = static_cast<uint8_t>(i + 2);
      rules[0x80 + i] = is_13 ? Rule{kRepeatedRoot, Rule::kFixedRoot, 0, count, 0}
                              : Rule{kRepeat, Rule::kNone, 0, count, 0};
    }
    for (uint8_t i = 0; i < 8; ++i) rules[0x90 + i] = {kHotObject, Rule::kNone, i, 0, 1};
  }
};

const TokenReader::Table& TokenReader::table_of(SerializerDialect dialect) {
  static constexpr Table kV8_12(SerializerDialect::kV8_12);
  static constexpr Table kV8_13(SerializerDialect::kV8_13);
  return dialect == SerializerDialect::kV8_12 ? kV8_12 : kV8_13;
}

TokenReader::TokenReader(ByteView stream, const V8Version& version)
    : begin_(stream.data()),
      at_(stream.data()),
      end_(stream.data() + stream.size()),
      table_(table_of(version.dialect)) {}

bool TokenReader::stop(uint64_t offset) {
  failed_ = true;
  failed_at_ = offset;
  at_ = end_;
  return false;
}

bool TokenReader::next(Token& token) {
  if (at_ == end_) return false;
  const auto start = static_cast<uint64_t>(at_ - begin_);
  const Rule& rule = table_.rules[*at_++];
  if (rule.kind == TokenKind::kUnknown) return stop(start);
  uint32_t a = rule.a, b = rule.b, number = 0;
  bool good = true;
  switch (rule.operands) {
    case Rule::kNone:
    case Rule::kFixedData:
      break;
    case Rule::kOne:
      good = read_number30(at_, end_, a);
      break;
    case Rule::kTwo:
      good = read_number30(at_, end_, a) && read_number30(at_, end_, b);
      break;
    case Rule::kSize:
    case Rule::kVariableData:
      good = read_number30(at_, end_, b);
      break;
    case Rule::kVariableCount:
    case Rule::kVariableRoot:
      good = read_number30(at_, end_, number);
      b += number;
      break;
    case Rule::kFixedRoot:
      break;
  }
  if (!good) return stop(start);
  if (rule.operands == Rule::kFixedRoot || rule.operands == Rule::kVariableRoot) {
    if (at_ == end_) return stop(start);
    a = *at_++;
  }
  uint32_t words = rule.words;
  if (rule.kind == TokenKind::kRawData) {
    if (b > static_cast<size_t>(end_ - at_) / 8) return stop(start);
    at_ += size_t{b} * 8;
    words = b;
  } else if (rule.kind == TokenKind::kRepeatedRoot) {
    words = b;
  } else if (rule.kind == TokenKind::kRepeat) {
    words = b - 1;
  }
  token = {rule.kind, a, b, words, start, static_cast<uint64_t>(at_ - begin_)};
  return true;
}

Status TokenReader::status() const {
  if (!failed_) return {};
  return fail(input_error(
      "code-cache-malformed",
      "the code cache cannot be read at byte " + std::to_string(failed_at_) + " of its stream"));
}

}  // namespace ingot
