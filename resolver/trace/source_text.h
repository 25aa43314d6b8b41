// The text around a place in a JavaScript file, read without parsing the file.
//
// Owns looking forwards and backwards over spaces, names and plain literals. What it does not
// recognise it says nothing about; comments count as something that it does not recognise.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ingot {

class SourceText {
 public:
  explicit SourceText(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  // The first place at or after `at` that is no space, and the end of what lies before `at` without
  // the spaces in between.
  size_t skip(size_t at) const;
  size_t skip_back(size_t at) const;
  // The character there; '\0' beyond the ends.
  char at(size_t place) const { return place < text_.size() ? text_[place] : '\0'; }
  char before(size_t place) const { return place == 0 ? '\0' : at(place - 1); }
  bool continues_with(size_t place, std::string_view text) const {
    return place <= text_.size() && text_.substr(place).starts_with(text);
  }
  bool ends_with(size_t place, std::string_view text) const {
    return place <= text_.size() && text_.substr(0, place).ends_with(text);
  }

  // The name that begins at `place`, and the one that ends there; "" when there is none.
  std::string_view name_at(size_t place) const;
  std::string_view name_before(size_t place) const;

  // A string without escapes, or a template without substitutions.
  struct Literal {
    std::string_view text;
    size_t begin = 0;
    size_t end = 0;
  };
  std::optional<Literal> literal_at(size_t place) const;
  std::optional<Literal> literal_before(size_t place) const;

 private:
  std::string_view text_;
};

bool is_name_character(char c);

// Counts from 1; columns count bytes.
struct LineAndColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};
LineAndColumn line_and_column(std::string_view text, size_t place);

}  // namespace ingot
