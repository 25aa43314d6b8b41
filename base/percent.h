// Percent-encoding, as in URLs (RFC 3986, section 2.1), byte by byte.
//
// Owns the escapes alone: which bytes need none differs from one kind of address to the next.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ingot {

// ASCII's letters and digits and the bytes in `plain` as they are, every other one as "%2F".
std::string percent_encode(std::string_view text, std::string_view plain);

// The byte that the three characters at the front of `text` stand for, if they are an escape.
std::optional<char> percent_escape(std::string_view text);

// "npm%3A1.0.0" -> "npm:1.0.0". What is no escape stays.
std::string percent_decode(std::string_view text);

}  // namespace ingot
