// What the text of a request tells, where it does not tell all.
//
// Owns reading around the words `require`, `import` and `createRequire`. What it does not recognise
// counts as what could be anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "resolver/modules/specifiers.h"
#include "resolver/trace/source_text.h"

namespace ingot {

// "." and ".." and what begins with "./" or "../".
bool is_relative(std::string_view specifier);

// "a/b" -> "a", "@a/b/c" -> "@a/b". Nothing for what is no package's name, and when the specifier
// is only the beginning of one (`is_whole` is false) and may go on within the name.
std::optional<std::string> package_name_of(std::string_view specifier, bool is_whole);

// How a computed specifier begins.
struct RequestBeginning {
  bool is_own = false;                 // at the place of the file itself: "./x", join(__dirname, x)
  std::optional<std::string> package;  // with the name of a package
};
RequestBeginning beginning_of(std::string_view source, const ComputedSpecifier& request);

// Whether the word at `at` is declared, assigned to, a key, or asked for its type: not handed on.
bool is_no_value(const SourceText& text, size_t at, std::string_view word);

// Whether a call that ends at `end` stands behind `createRequire =`.
bool is_kept_name(const SourceText& text, size_t end);

}  // namespace ingot
