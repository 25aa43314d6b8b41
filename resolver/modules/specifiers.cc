#include "resolver/modules/specifiers.h"

#include <limits>
#include <utility>

#include "base/hex_value.h"
#include "resolver/modules/js_scanner.h"

namespace ingot {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words)
    if (text == word) return true;
  return false;
}

int hex_number(std::string_view digits) {
  int value = 0;
  for (char c : digits) {
    int digit = hex_value(c);
    if (digit < 0 || value > 0x10FFFF) return -1;
    value = value * 16 + digit;
  }
  return digits.empty() ? -1 : value;
}

// Appends a code point as UTF-8; false for surrogates and what is beyond Unicode.
bool append_code_point(std::string& out, int code) {
  if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  auto byte = [&](int value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
  return true;
}

// Decodes the escape behind a backslash and takes it off the front of `text`.
bool take_escape(std::string_view& text, std::string& out) {
  constexpr std::string_view kLetters = "bfnrtv";
  constexpr std::string_view kControls = "\b\f\n\r\t\v";
  if (text.empty()) return false;
  char c = text[0];
  size_t size = 1;
  int code = -1;
  if (c == 'x') {
    size = 3;
    code = hex_number(text.substr(1, 2));
  } else if (c == 'u' && text.substr(1).starts_with('{')) {
    size_t close = text.find('}');
    if (close == std::string_view::npos) return false;
    size = close + 1;
    code = hex_number(text.substr(2, close - 2));
  } else if (c == 'u') {
    size = 5;
    code = hex_number(text.substr(1, 4));
  } else if (size_t letter = kLetters.find(c); letter != std::string_view::npos) {
    code = kControls[letter];
  } else if (c != '\r' && c != '\n' && (c < '0' || c > '9') && static_cast<uint8_t>(c) < 0x80) {
    code = c;
  }
  if (size > text.size()) return false;
  text.remove_prefix(size);
  return append_code_point(out, code);
}

}  // namespace

std::optional<std::string_view> JsScanner::unescaped(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  std::string out;
  while (!raw.empty()) {
    char c = raw[0];
    raw.remove_prefix(1);
    if (c != '\\')
      out += c;
    else if (!take_escape(raw, out))
      return std::nullopt;
  }
  scan_.decoded.push_front(std::move(out));
  return scan_.decoded.front();
}

JsScanner::Text JsScanner::take_text() {
  if (at_ >= end_) return {};
  const char* start = at_;
  if (class_of(*at_) == CharacterClass::kQuote) {
    if (!skip_string()) {
      lost();
      return {};
    }
    return {true, unescaped({start + 1, static_cast<size_t>(at_ - start) - 2})};
  }
  if (*at_ != '`') return {};
  for (const char* p = at_ + 1; p < end_; ++p) {
    if (*p == '`') {
      at_ = p + 1;
      return {true, unescaped({start + 1, static_cast<size_t>(p - start) - 1})};
    }
    // Line ends in templates are rewritten by the language; no name holds one.
    if (*p == '$' || *p == '\n' || *p == '\r') return {};
    if (*p == '\\') ++p;
  }
  return {};
}

void JsScanner::word() {
  const char* start = at_;
  std::string_view text = take_word();
  if (before_ == Before::kDot) {
    if (before_dot_ == Before::kModuleName && text == "require") return on_require(start);
    if (text == "createRequire" || text == "_load") note_reference(text, start);
    return after(Before::kName);
  }
  if (text.size() == 13) note_reference(text, start);
  // The words that matter are short, and most words are not among them.
  if (text.size() < 2 || text.size() > 10) return after(Before::kName);
  if (text == "require") {
    plain_word(text);
    return on_require(start);
  }
  if (text == "import") return on_import(start);
  if (text == "export") return on_export(start);
  plain_word(text);
}

void JsScanner::note_reference(std::string_view text, const char* start) {
  if (text == "__dirname") return refer(SelfReferenceKind::kDirname, start);
  if (text == "__filename") return refer(SelfReferenceKind::kFilename, start);
  if (text == "createRequire") return refer(SelfReferenceKind::kCreateRequire, start);
  if (text != "eval" && text != "_load") return;
  const char* here = at_;
  skip_space();
  if (peek() == '(')
    refer(text == "eval" ? SelfReferenceKind::kEval : SelfReferenceKind::kLoad, start);
  at_ = here;
}

void JsScanner::plain_word(std::string_view text) {
  switch (text[0]) {
    case '_':
    case 'e':
    case 'm':
    case 'r':
      if (is_one_of(text, {"module", "exports", "require", "__filename", "__dirname"})) {
        bool declares = open_.empty() &&
                        (before_ == Before::kDeclare || (declaring_ && before_ == Before::kComma));
        if (declares || pattern_) scan_.may_need_esm = true;
        if (text[0] == '_') note_reference(text, text.data());
        if (text == "module") return after(Before::kModuleName);
        if (text != "require" || before_ != Before::kFunction) return after(Before::kName);
        return;  // `function require`: on_require wants to see it
      }
      if (text == "eval") note_reference(text, text.data());
      if (text == "else") return after(Before::kStatement);
      if (text == "return") return after(Before::kValueWord);
      break;
    case 'a':
      if (text != "await") break;
      if (functions_ == 0) scan_.may_need_esm = true;
      return after(Before::kValueWord);
    case 'c':
      if (text == "case") return after(Before::kValueWord);
      if (text == "catch") return after(Before::kControl);
      [[fallthrough]];
    case 'l':
      if (!is_one_of(text, {"const", "class", "let"})) break;
      if (open_.empty()) declaring_ = text != "class";
      return after(Before::kDeclare);
    case 'd':
      if (text == "do") return after(Before::kStatement);
      if (is_one_of(text, {"delete", "default"})) return after(Before::kValueWord);
      break;
    case 'f':
      if (text == "function") return after(Before::kFunction);
      if (text == "for") return after(Before::kControl);
      break;
    case 'i':
      if (text == "if") return after(Before::kControl);
      if (is_one_of(text, {"in", "instanceof"})) return after(Before::kValueWord);
      break;
    case 'n':
      if (text == "new") return after(Before::kValueWord);
      break;
    case 's':
      if (text == "switch") return after(Before::kControl);
      break;
    case 't':
      if (is_one_of(text, {"typeof", "throw"})) return after(Before::kValueWord);
      break;
    case 'v':
      if (text == "void") return after(Before::kValueWord);
      break;
    case 'w':
      if (is_one_of(text, {"while", "with"})) return after(Before::kControl);
      break;
    case 'y':
      if (text == "yield") return after(Before::kValueWord);
      break;
    default:
      break;
  }
  after(Before::kName);
}

// Behind the word. `require(...)` or `require.resolve(...)`, unless a function is being named.
void JsScanner::on_require(const char* start) {
  bool named = before_ == Before::kFunction;
  after(Before::kName);
  skip_space();
  if (named) return;
  if (peek() == '(') return call_argument(SpecifierKind::kRequire, start);
  if (peek() != '.') return refer(SelfReferenceKind::kRequire, start);
  const char* dot = at_++;
  skip_space();
  std::string_view member = take_word();
  if (member == "resolve") {
    skip_space();
    if (peek() == '(') return call_argument(SpecifierKind::kRequireResolve, start);
  }
  if (is_one_of(member, {"resolve", "call", "apply", "bind"}))
    refer(SelfReferenceKind::kRequire, start);
  at_ = dot;
}

// At the '(' of a call. The brackets and the rest of the arguments stay for the main loop.
void JsScanner::call_argument(SpecifierKind kind, const char* start) {
  open_.push_back(Open::kParen);
  ++at_;
  after(Before::kOperator);
  skip_space();
  if (peek() == ')') return;
  Text argument = take_text();
  if (argument.literal) {
    after(Before::kValue);
    skip_space();
    // More arguments do not change what `require` and `import` look for.
    bool more = kind != SpecifierKind::kRequireResolve && peek() == ',';
    if (peek() == ')' || more) return add(kind, argument, start);
  }
  scan_.computed.push_back({kind, static_cast<uint32_t>(start - begin_)});
}

void JsScanner::on_import(const char* start) {
  after(Before::kName);
  skip_space();
  if (peek() == '(') return call_argument(SpecifierKind::kDynamicImport, start);
  if (peek() == '.') {
    const char* dot = at_++;
    skip_space();
    if (take_word() == "meta") {
      scan_.has_esm_syntax = true;
      refer(SelfReferenceKind::kImportMeta, start);
    }
    at_ = dot;
    return;
  }
  if (!open_.empty()) return;
  const char* clause = at_;
  Text name = take_text();
  if (name.literal) {
    add(SpecifierKind::kImport, name, start);
  } else if (!import_clause(start)) {
    at_ = clause;
    scan_.may_need_esm = true;
    return;
  }
  scan_.has_esm_syntax = true;
  after(Before::kValue);
}

// `a, { b as c } from "x"` and its like. Bounded: a clause has few words outside its braces.
bool JsScanner::import_clause(const char* start) {
  constexpr int kMaxWords = 8;
  for (int i = 0; i < kMaxWords; ++i) {
    skip_space();
    if (peek() == '{') {
      if (!skip_braces()) return false;
    } else if (peek() == ',' || peek() == '*') {
      ++at_;
    } else if (from_clause(start)) {
      return true;
    } else if (take_word().empty()) {
      return false;
    }
  }
  return false;
}

// `from "x"`. Stays where it is when something else stands here.
bool JsScanner::from_clause(const char* start) {
  const char* here = at_;
  if (take_word() == "from") {
    skip_space();
    Text name = take_text();
    if (name.literal) {
      add(SpecifierKind::kImport, name, start);
      return true;
    }
  }
  at_ = here;
  return false;
}

// `{ a, b as c, "d" as e }`, which holds no braces.
bool JsScanner::skip_braces() {
  ++at_;
  while (true) {
    skip_space();
    if (peek() == '}') {
      ++at_;
      return true;
    }
    if (peek() == ',') {
      ++at_;
    } else if (take_word().empty() && !take_text().literal) {
      return false;
    }
  }
}

void JsScanner::on_export(const char* start) {
  after(Before::kName);
  if (!open_.empty()) return;
  scan_.has_esm_syntax = true;
  skip_space();
  const char* clause = at_;
  if (peek() == '{') {
    if (!skip_braces()) {
      at_ = clause;
      return;
    }
    after(Before::kStatement);
    skip_space();
    from_clause(start);
  } else if (peek() == '*') {
    if (!import_clause(start)) at_ = clause;
  }
}

ModuleScan scan_module(std::string_view source) {
  if (source.size() >= std::numeric_limits<uint32_t>::max()) {
    ModuleScan nothing;
    nothing.certain = false;
    return nothing;
  }
  return JsScanner(source).run();
}

}  // namespace ingot
