// The scanner behind `scan_module`: one pass over the bytes of a JavaScript file.
//
// Owns where tokens begin and end (js_scanner.cc) and what the words `require`, `import` and
// `export` introduce (specifiers.cc). It keeps a stack of open brackets, because whether a '/'
// divides and whether a '}' goes on with a template depends on what was opened; nothing else is
// remembered of the program. Each byte is looked at a bounded number of times.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "resolver/modules/js_characters.h"
#include "resolver/modules/specifiers.h"

namespace ingot {

class JsScanner {
 public:
  explicit JsScanner(std::string_view source)
      : begin_(source.data()), at_(source.data()), end_(source.data() + source.size()) {}

  ModuleScan run();

 private:
  // What the token before tells about the one that comes.
  enum class Before : uint8_t {
    kStatement,  // ; { else: a statement is expected, so '{' opens a block
    kOperator,   // a value is expected, so '{' opens an object
    kComma,
    kValue,         // a value has ended, so '/' divides
    kCloseParen,    // of a group or a call
    kCloseControl,  // of `if (...)` and its like
    kArrow,         // =>
    kDot,
    kName,        // an identifier, or a word that takes no value after it
    kModuleName,  // the identifier `module`
    kFunction,    // the word `function`
    kControl,     // if, while, for, with, switch, catch
    kDeclare,     // const, let, class
    kValueWord,   // return, typeof, ...: a value is expected
  };
  enum class Open : uint8_t {
    kParen,
    kControlParen,
    kBracket,
    kBlock,
    kFunction,  // the body of a function
    kObject,
    kTemplate,  // "${"
  };

  void token();
  void number();
  void slash();
  void regular_expression();
  void template_text();
  void punctuator(char c);
  void open_brace();
  void close(char c);
  void word();
  void plain_word(std::string_view text);
  void note_reference(std::string_view text, const char* start);
  void refer(SelfReferenceKind kind, const char* start) {
    scan_.references.push_back({kind, static_cast<uint32_t>(start - begin_)});
  }

  void on_require(const char* start);
  void on_import(const char* start);
  void on_export(const char* start);
  void call_argument(SpecifierKind kind, const char* start);
  bool import_clause(const char* start);
  bool from_clause(const char* start);
  bool skip_braces();

  void skip_space();
  void skip_line_comment();
  void skip_block_comment();
  bool skip_string();
  std::string_view take_word();

  // A string literal, or a template without substitutions.
  struct Text {
    bool literal = false;                  // one stood here and has been consumed
    std::optional<std::string_view> text;  // nothing: it holds escapes that name no text
  };
  Text take_text();
  std::optional<std::string_view> unescaped(std::string_view raw);

  std::string_view rest() const { return {at_, static_cast<size_t>(end_ - at_)}; }
  char peek(size_t ahead = 0) const {
    return static_cast<size_t>(end_ - at_) > ahead ? at_[ahead] : '\0';
  }
  bool starts_line() const;
  bool at_word() const {
    if (at_ >= end_) return false;
    CharacterClass c = class_of(*at_);
    if (c != CharacterClass::kWord && c != CharacterClass::kDigit) return false;
    return static_cast<uint8_t>(*at_) < 0x80 || unicode_space(rest()) == 0;
  }
  void after(Before what) {
    before_ = what;
    newline_ = false;
  }
  void lost() { scan_.certain = false; }
  void add(SpecifierKind kind, const Text& text, const char* start) {
    auto offset = static_cast<uint32_t>(start - begin_);
    if (text.text) scan_.literals.push_back({kind, *text.text, offset});
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  Before before_ = Before::kStatement;
  Before before_dot_ = Before::kStatement;  // what stood in front of the last '.'
  bool newline_ = true;                     // a line has ended since the last token
  bool declaring_ = false;                  // in a `const` or `let` of the top level
  bool pattern_ = false;                    // in a destructuring pattern of one
  uint32_t functions_ = 0;                  // function bodies that are open
  std::vector<Open> open_;
  ModuleScan scan_;
};

}  // namespace ingot
