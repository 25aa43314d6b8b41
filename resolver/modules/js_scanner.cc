#include "resolver/modules/js_scanner.h"

#include <cstring>

namespace ingot {

ModuleScan JsScanner::run() {
  if (rest().starts_with("\xEF\xBB\xBF")) at_ += 3;
  if (rest().starts_with("#!")) skip_line_comment();
  while (at_ < end_ && scan_.certain) token();
  if (!open_.empty()) lost();
  return std::move(scan_);
}

void JsScanner::skip_line_comment() {
  while (at_ < end_ && *at_ != '\n' && *at_ != '\r') {
    if (*at_ == '\xE2' && is_line_separator(rest())) return;
    ++at_;
  }
}

// At "/*".
void JsScanner::skip_block_comment() {
  std::string_view text = rest();
  size_t end = text.find("*/", 2);
  if (end == std::string_view::npos) {
    at_ = end_;
    return lost();
  }
  if (!newline_) newline_ = text.substr(0, end).find('\n') != std::string_view::npos;
  at_ += end + 2;
}

void JsScanner::skip_space() {
  while (at_ < end_) {
    switch (class_of(*at_)) {
      case CharacterClass::kSpace:
        ++at_;
        break;
      case CharacterClass::kNewline:
        newline_ = true;
        ++at_;
        break;
      case CharacterClass::kSlash:
        if (peek(1) == '/')
          skip_line_comment();
        else if (peek(1) == '*')
          skip_block_comment();
        else
          return;
        break;
      case CharacterClass::kWord: {
        size_t size = static_cast<uint8_t>(*at_) < 0x80 ? 0 : unicode_space(rest());
        if (size == 0) return;
        newline_ = newline_ || is_line_separator(rest());
        at_ += size;
        break;
      }
      default:
        return;
    }
  }
}

// Whether only blanks, or a comment, stand between the start of the line and here.
bool JsScanner::starts_line() const {
  const char* p = at_;
  while (p > begin_ && class_of(p[-1]) == CharacterClass::kSpace) --p;
  return p == begin_ || class_of(p[-1]) == CharacterClass::kNewline || p[-1] == '/';
}

void JsScanner::token() {
  skip_space();
  if (at_ >= end_) return;
  switch (class_of(*at_)) {
    case CharacterClass::kWord:
      return word();
    case CharacterClass::kDigit:
      return number();
    case CharacterClass::kQuote:
      if (!skip_string()) return lost();
      return after(Before::kValue);
    case CharacterClass::kBacktick:
      ++at_;
      return template_text();
    case CharacterClass::kSlash:
      return slash();
    default:
      return punctuator(*at_);
  }
}

void JsScanner::number() {
  while (at_word() || peek() == '.') ++at_;
  after(Before::kValue);
}

// At a quote; leaves `at_` behind the string. False when the line ends first.
bool JsScanner::skip_string() {
  char quote = *at_++;
  while (at_ < end_) {
    char c = *at_++;
    if (c == quote) return true;
    if (c == '\n' || c == '\r') return false;
    if (c != '\\' || at_ >= end_) continue;
    if (*at_ == '\r' && peek(1) == '\n') ++at_;
    ++at_;
  }
  return false;
}

// Behind a '`', or behind the '}' that ends a substitution.
void JsScanner::template_text() {
  while (at_ < end_) {
    char c = *at_++;
    if (c == '`') return after(Before::kValue);
    if (c == '\\' && at_ < end_) {
      ++at_;
    } else if (c == '$' && peek() == '{') {
      ++at_;
      open_.push_back(Open::kTemplate);
      return after(Before::kOperator);
    }
  }
  lost();
}

void JsScanner::slash() {
  bool value_ended = before_ == Before::kValue || before_ == Before::kCloseParen ||
                     before_ == Before::kName || before_ == Before::kModuleName;
  if (!value_ended) return regular_expression();
  ++at_;
  after(Before::kOperator);
}

void JsScanner::regular_expression() {
  ++at_;
  bool in_class = false;
  for (; at_ < end_ && *at_ != '\n' && *at_ != '\r'; ++at_) {
    if (*at_ == '\\') {
      if (++at_ >= end_) break;
    } else if (*at_ == '[') {
      in_class = true;
    } else if (*at_ == ']') {
      in_class = false;
    } else if (*at_ == '/' && !in_class) {
      ++at_;
      while (at_word()) ++at_;
      return after(Before::kValue);
    }
  }
  lost();
}

void JsScanner::punctuator(char c) {
  Before next = Before::kOperator;
  switch (c) {
    case '(':
      open_.push_back(before_ == Before::kControl ? Open::kControlParen : Open::kParen);
      break;
    case '[':
      if (open_.empty() && (before_ == Before::kDeclare || before_ == Before::kComma))
        pattern_ = declaring_;
      open_.push_back(Open::kBracket);
      break;
    case '{':
      return open_brace();
    case ')':
    case ']':
    case '}':
      return close(c);
    case '.':
      if (peek(1) >= '0' && peek(1) <= '9') return number();
      if (peek(1) == '.' && peek(2) == '.') {
        at_ += 2;
      } else {
        before_dot_ = before_;
        next = Before::kDot;
      }
      break;
    case '=':
      if (peek(1) != '>') break;
      ++at_;
      next = Before::kArrow;
      break;
    case '+':
    case '-':
      // "-->" at the start of a line is a comment in scripts and none in modules.
      if (c == '-' && rest().starts_with("-->") && starts_line()) return lost();
      // "++" behind a value leaves a value, and in front of one it makes no difference.
      if (peek(1) != c) break;
      ++at_;
      next = before_;
      break;
    case '<':
      if (rest().starts_with("<!--")) return lost();
      break;
    case ',':
      next = Before::kComma;
      break;
    case ';':
      if (open_.empty()) declaring_ = false;
      next = Before::kStatement;
      break;
    case ':':
      // Of a label or a case, unless we are in an object; a conditional does no harm.
      if (open_.empty() || open_.back() == Open::kBlock || open_.back() == Open::kFunction)
        next = Before::kStatement;
      break;
    default:
      break;
  }
  ++at_;
  after(next);
}

void JsScanner::open_brace() {
  if (open_.empty() && (before_ == Before::kDeclare || before_ == Before::kComma))
    pattern_ = declaring_;
  Open opens = Open::kBlock;
  if (before_ == Before::kOperator || before_ == Before::kComma || before_ == Before::kValueWord)
    opens = Open::kObject;
  // A call with a block on the next line looks like a function whose brace has a line of its own.
  // It matters only for `await`, and there a block is the careful choice.
  if (before_ == Before::kArrow || (before_ == Before::kCloseParen && !newline_))
    opens = Open::kFunction;
  if (opens == Open::kFunction) ++functions_;
  open_.push_back(opens);
  ++at_;
  after(opens == Open::kObject ? Before::kOperator : Before::kStatement);
}

void JsScanner::close(char c) {
  ++at_;
  if (open_.empty()) return lost();
  Open opened = open_.back();
  open_.pop_back();
  bool paren = opened == Open::kParen || opened == Open::kControlParen;
  if (c != (paren ? ')' : opened == Open::kBracket ? ']' : '}')) return lost();
  if (open_.empty()) pattern_ = false;
  switch (opened) {
    case Open::kParen:
      return after(Before::kCloseParen);
    case Open::kControlParen:
      return after(Before::kCloseControl);
    case Open::kBracket:
    case Open::kObject:
      return after(Before::kValue);
    case Open::kFunction:
      --functions_;
      return after(Before::kStatement);
    case Open::kBlock:
      return after(Before::kStatement);
    case Open::kTemplate:
      return template_text();
  }
}

std::string_view JsScanner::take_word() {
  const char* start = at_;
  while (at_word()) ++at_;
  return {start, static_cast<size_t>(at_ - start)};
}

}  // namespace ingot
