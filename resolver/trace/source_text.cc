#include "resolver/trace/source_text.h"

#include <algorithm>

#include "base/ascii.h"

namespace ingot {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_quote(char c) {
  return c == '\'' || c == '"' || c == '`';
}

bool is_plain(std::string_view text, char quote) {
  return text.find_first_of("\\\n\r") == std::string_view::npos &&
         (quote != '`' || text.find("${") == std::string_view::npos);
}

}  // namespace

bool is_name_character(char c) {
  return ascii::is_letter_or_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

size_t SourceText::skip(size_t at) const {
  while (at < text_.size() && is_space(text_[at])) ++at;
  return at;
}

size_t SourceText::skip_back(size_t at) const {
  while (at > 0 && is_space(text_[at - 1])) --at;
  return at;
}

std::string_view SourceText::name_at(size_t place) const {
  size_t end = place;
  while (end < text_.size() && is_name_character(text_[end])) ++end;
  return text_.substr(std::min(place, text_.size()), end - place);
}

std::string_view SourceText::name_before(size_t place) const {
  size_t begin = place;
  while (begin > 0 && is_name_character(text_[begin - 1])) --begin;
  return text_.substr(begin, place - begin);
}

std::optional<SourceText::Literal> SourceText::literal_at(size_t place) const {
  char quote = at(place);
  if (!is_quote(quote)) return std::nullopt;
  size_t end = text_.find(quote, place + 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view text = text_.substr(place + 1, end - place - 1);
  if (!is_plain(text, quote)) return std::nullopt;
  return Literal{text, place, end + 1};
}

std::optional<SourceText::Literal> SourceText::literal_before(size_t place) const {
  char quote = before(place);
  if (!is_quote(quote) || place < 2) return std::nullopt;
  size_t begin = text_.rfind(quote, place - 2);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view text = text_.substr(begin + 1, place - begin - 2);
  if (!is_plain(text, quote)) return std::nullopt;
  return Literal{text, begin, place};
}

LineAndColumn line_and_column(std::string_view text, size_t place) {
  std::string_view before = text.substr(0, place);
  size_t line_start = before.rfind('\n');
  line_start = line_start == std::string_view::npos ? 0 : line_start + 1;
  return {static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n') + 1),
          static_cast<uint32_t>(before.size() - line_start + 1)};
}

}  // namespace ingot
