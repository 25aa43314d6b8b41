// Whether bytes are UTF-8, by RFC 3629 section 4: no overlong forms, no surrogates, nothing above
// U+10FFFF. What is not well-formed reads as U+FFFD in JavaScript, under a name nobody has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ingot {

// The length of the well-formed sequence at the front of `text`, in bytes, or 0. `text` is not
// empty.
size_t utf8_sequence(std::string_view text);

// How many bytes at the front of `text` are well-formed sequences: all of them in UTF-8.
size_t valid_utf8_size(std::string_view text);

// The text as JavaScript decodes it: a U+FFFD for each piece that is not well-formed (WHATWG
// Encoding, section 8.1.1, "UTF-8 decoder").
std::string with_replacements(std::string_view text);

inline bool is_utf8(std::string_view text) {
  return valid_utf8_size(text) == text.size();
}

}  // namespace ingot
