#include "packer/acquire/toml_file.h"

#include <algorithm>

#include "base/ascii.h"

namespace ingot {
namespace {

constexpr size_t kMaxDepth = 32;

bool is_bare(char c) {
  return ascii::is_letter_or_digit(c) || c == '_' || c == '-';
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Result<std::vector<TomlEntry>> run() {
    std::vector<std::string> table;
    while (true) {
      skip_space(Lines::kAlso);
      if (at_end()) return std::move(entries_);
      if (peek() == '[') {
        bool of_array = text_.substr(at_).starts_with("[[");
        at_ += of_array ? 2 : 1;
        table = TRY(key());
        TRY(expect(']'));
        if (of_array) TRY(expect(']'));
      } else {
        TRY(pair(table, 0));
      }
      skip_space(Lines::kNot);
      if (!at_end() && peek() != '\n') return fail(broken("more than one thing on a line"));
    }
  }

 private:
  enum class Lines { kAlso, kNot };

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }

  void skip_space(Lines lines) {
    while (!at_end()) {
      char c = peek();
      if (c == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && lines == Lines::kAlso))
        ++at_;
      else
        return;
    }
  }

  unsigned line() const {
    return 1 + static_cast<unsigned>(std::count(text_.begin(), text_.begin() + at_, '\n'));
  }
  Error broken(const std::string& what) const {
    return input_error("toml-syntax", what).at({name_, line(), 0});
  }

  Status expect(char wanted) {
    skip_space(Lines::kNot);
    if (peek() != wanted) return fail(broken(std::string("there is no '") + wanted + "' here"));
    ++at_;
    return {};
  }

  Result<std::vector<std::string>> key() {
    std::vector<std::string> parts;
    do {
      if (!parts.empty()) ++at_;
      skip_space(Lines::kNot);
      if (peek() == '"' || peek() == '\'') {
        parts.push_back(TRY(string()));
      } else {
        size_t start = at_;
        while (is_bare(peek())) ++at_;
        if (at_ == start) return fail(broken("this is no key"));
        parts.emplace_back(text_.substr(start, at_ - start));
      }
      skip_space(Lines::kNot);
    } while (peek() == '.');
    return parts;
  }

  Status pair(std::vector<std::string> path, size_t depth) {
    for (std::string& part : TRY(key())) path.push_back(std::move(part));
    TRY(expect('='));
    skip_space(Lines::kNot);
    unsigned where = line();
    if (peek() == '{') return inline_table(path, depth);
    std::string value = peek() == '"' || peek() == '\'' ? TRY(string()) : TRY(other(depth));
    entries_.push_back({std::move(path), std::move(value), where});
    return {};
  }

  Status inline_table(const std::vector<std::string>& path, size_t depth) {
    if (depth > kMaxDepth) return fail(broken("tables are nested too deep"));
    ++at_;
    skip_space(Lines::kAlso);
    while (peek() != '}') {
      TRY(pair(path, depth + 1));
      skip_space(Lines::kAlso);
      if (peek() == '}') break;
      TRY(expect(','));
      skip_space(Lines::kAlso);
    }
    ++at_;
    return {};
  }

  // A number, a date, true, false, or an array, as written.
  Result<std::string> other(size_t depth) {
    size_t start = at_;
    if (peek() != '[') {
      while (!at_end() && std::string_view(",}]\n#").find(peek()) == std::string_view::npos) ++at_;
      std::string_view word = text_.substr(start, at_ - start);
      word = word.substr(0, word.find_last_not_of(" \t\r") + 1);
      if (word.empty()) return fail(broken("there is no value"));
      return std::string(word);
    }
    if (depth > kMaxDepth) return fail(broken("arrays are nested too deep"));
    ++at_;
    skip_space(Lines::kAlso);
    while (peek() != ']') {
      if (at_end()) return fail(broken("an array has no end"));
      if (peek() == '"' || peek() == '\'')
        TRY(string());
      else if (peek() == '{')
        TRY(ignored_table(depth));
      else if (peek() == ',')
        ++at_;
      else
        TRY(other(depth + 1));
      skip_space(Lines::kAlso);
    }
    ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  Status ignored_table(size_t depth) {
    size_t kept = entries_.size();
    TRY(inline_table({}, depth + 1));
    entries_.resize(kept);
    return {};
  }

  Result<std::string> string() {
    char quote = peek();
    bool long_form = text_.substr(at_).starts_with(std::string(3, quote));
    at_ += long_form ? 3 : 1;
    if (long_form && peek() == '\n') ++at_;
    std::string end(long_form ? 3 : 1, quote);
    std::string out;
    while (!text_.substr(at_).starts_with(end)) {
      if (at_end() || (!long_form && peek() == '\n')) return fail(broken("a string has no end"));
      if (quote == '"' && peek() == '\\') {
        ++at_;
        constexpr std::string_view kNames = "btnfr\"\\", kMeanings = "\b\t\n\f\r\"\\";
        size_t known = at_end() ? std::string_view::npos : kNames.find(peek());
        if (known == std::string_view::npos) return fail(broken("this escape is not known here"));
        out += kMeanings[known];
      } else {
        out += peek();
      }
      ++at_;
    }
    at_ += end.size();
    return out;
  }

  std::string_view text_;
  const std::string& name_;
  size_t at_ = 0;
  std::vector<TomlEntry> entries_;
};

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text, const std::string& name) {
  return Parser(text, name).run();
}

}  // namespace ingot
