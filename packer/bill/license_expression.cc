#include "packer/bill/license_expression.h"

#include <algorithm>

#include "base/ascii.h"
#include "packer/bill/license_list.h"

namespace ingot {
namespace {

constexpr size_t kMaxText = 4096;
constexpr size_t kMaxDepth = 64;
constexpr std::string_view kReference = "LicenseRef-";
constexpr std::string_view kDocument = "DocumentRef-";

using Kind = LicenseExpression::Kind;

bool is_name_character(char c) {
  return ascii::is_letter_or_digit(c) || c == '-' || c == '.';
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

// "LicenseRef-x" or "DocumentRef-y:LicenseRef-x".
bool is_reference(std::string_view word) {
  if (word.starts_with(kDocument)) {
    size_t colon = word.find(':');
    if (colon == std::string_view::npos ||
        !is_name(word.substr(kDocument.size(), colon - kDocument.size())))
      return false;
    word.remove_prefix(colon + 1);
  }
  return word.starts_with(kReference) && is_name(word.substr(kReference.size()));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { advance(); }

  Result<LicenseExpression> run() {
    if (text_.size() > kMaxText) return fail(error("it is too long"));
    LicenseExpression whole = TRY(parse_operation(Kind::kOr, 0));
    if (!word_.empty()) return fail(error("nothing may follow before " + quoted(word_)));
    return whole;
  }

 private:
  static std::string quoted(std::string_view word) { return "'" + std::string(word) + "'"; }
  Error error(const std::string& what) const {
    return input_error("license-expression", quoted(text_) + " is no SPDX expression: " + what)
        .hinted("it takes names of the SPDX licence list: 'MIT', 'Apache-2.0 OR BSD-3-Clause'");
  }

  // The next word: a parenthesis, or everything up to a space or parenthesis.
  void advance() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    size_t end = at_;
    if (end < text_.size() && (text_[end] == '(' || text_[end] == ')'))
      ++end;
    else
      end = std::min(text_.find_first_of(" ()", at_), text_.size());
    word_ = text_.substr(at_, end - at_);
    at_ = end;
  }
  bool take(std::string_view word) {
    if (word_ != word) return false;
    advance();
    return true;
  }

  Result<LicenseExpression> parse_operation(Kind kind, size_t depth) {
    auto part = [&] {
      return kind == Kind::kOr ? parse_operation(Kind::kAnd, depth) : parse_part(depth);
    };
    LicenseExpression first = TRY(part());
    std::vector<LicenseExpression> parts;
    while (take(kind == Kind::kOr ? "OR" : "AND")) parts.push_back(TRY(part()));
    if (parts.empty()) return first;
    parts.insert(parts.begin(), std::move(first));
    return LicenseExpression{kind, {}, std::move(parts)};
  }

  Result<LicenseExpression> parse_part(size_t depth) {
    if (depth > kMaxDepth) return fail(error("it is nested too deeply"));
    if (take("(")) {
      LicenseExpression inner = TRY(parse_operation(Kind::kOr, depth + 1));
      if (!take(")")) return fail(error("a parenthesis is not closed"));
      return inner;
    }
    if (word_.empty()) return fail(error("something is missing at its end"));
    return LicenseExpression{Kind::kTerm, TRY(parse_term()), {}};
  }

  Result<LicenseTerm> parse_term() {
    LicenseTerm term;
    std::string_view word = word_;
    if (is_reference(word)) {
      term.id = word;
    } else {
      term.or_later = word.ends_with('+');
      if (term.or_later) word.remove_suffix(1);
      auto id = find_license_id(word);
      if (!id) return fail(error("there is no licence " + quoted(word)));
      term.id = *id;
    }
    advance();
    if (!take("WITH")) return term;
    auto exception = find_license_exception(word_);
    if (!exception) return fail(error("there is no exception " + quoted(word_)));
    term.exception = *exception;
    advance();
    return term;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string_view word_;
};

}  // namespace

Result<LicenseExpression> parse_license_expression(std::string_view text) {
  return Parser(text).run();
}

std::string license_text(const LicenseTerm& term) {
  return term.id + (term.or_later ? "+" : "") +
         (term.exception.empty() ? "" : " WITH " + term.exception);
}

std::string license_text(const LicenseExpression& expression) {
  if (expression.kind == Kind::kTerm) return license_text(expression.term);
  bool is_and = expression.kind == Kind::kAnd;
  std::string out;
  for (const LicenseExpression& part : expression.parts) {
    if (!out.empty()) out += is_and ? " AND " : " OR ";
    bool wrapped = is_and && part.kind == Kind::kOr;
    out += wrapped ? "(" + license_text(part) + ")" : license_text(part);
  }
  return out;
}

}  // namespace ingot
