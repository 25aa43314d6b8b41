// Which bytes of JavaScript source belong together (ECMA-262, sections 12.2, 12.3 and 12.7).
//
// Owns a table by byte and the white space outside ASCII. Knows no tokens.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ingot {

enum class CharacterClass : uint8_t {
  kPunctuator,
  kSpace,
  kNewline,
  kWord,  // of identifiers; all that is not ASCII, '#' of private names, '\' of escapes
  kDigit,
  kQuote,
  kBacktick,
  kSlash,
};

inline constexpr std::array<CharacterClass, 256> kCharacters = [] {
  std::array<CharacterClass, 256> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || c >= 0x80) table[c] = CharacterClass::kWord;
    if (c >= '0' && c <= '9') table[c] = CharacterClass::kDigit;
  }
  for (uint8_t c : {'$', '_', '#', '\\'}) table[c] = CharacterClass::kWord;
  for (uint8_t c : {' ', '\t', '\v', '\f'}) table[c] = CharacterClass::kSpace;
  for (uint8_t c : {'\n', '\r'}) table[c] = CharacterClass::kNewline;
  for (uint8_t c : {'"', '\''}) table[c] = CharacterClass::kQuote;
  table['`'] = CharacterClass::kBacktick;
  table['/'] = CharacterClass::kSlash;
  return table;
}();

inline CharacterClass class_of(char c) {
  return kCharacters[static_cast<uint8_t>(c)];
}

// Whether `text` begins with U+2028 or U+2029, which end lines.
inline bool is_line_separator(std::string_view text) {
  return text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9");
}

// The size of the white space outside ASCII that `text` begins with, or 0.
inline size_t unicode_space(std::string_view text) {
  if (text.starts_with("\xC2\xA0")) return 2;
  for (std::string_view space : {"\xEF\xBB\xBF", "\xE1\x9A\x80", "\xE3\x80\x80", "\xE2\x81\x9F",
                                 "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF"})
    if (text.starts_with(space)) return 3;
  bool quad = text.starts_with("\xE2\x80") && text.size() > 2 &&
              static_cast<uint8_t>(text[2]) >= 0x80 && static_cast<uint8_t>(text[2]) <= 0x8A;
  return quad ? 3 : 0;
}

}  // namespace ingot
