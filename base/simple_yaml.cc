#include "base/simple_yaml.h"

#include <array>

namespace ingot {
namespace {

// Deeper texts are libfyaml's, which has its own limit.
constexpr size_t kMaxDepth = 32;

enum CharacterClass : uint8_t {
  kStrange = 1,     // never in a simple text
  kMayEnd = 2,      // may end a plain scalar, by what stands around it
  kFlow = 4,        // ends one inside of a flow collection
  kPlainStart = 8,  // begins a plain scalar whatever follows
};

constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> classes{};
  for (size_t c = 0; c < classes.size(); ++c) classes[c] = c < 0x20 || c >= 0x7F ? kStrange : 0;
  for (char c : std::string_view(":#")) classes[static_cast<uint8_t>(c)] |= kMayEnd;
  for (char c : std::string_view(",[]{}")) classes[static_cast<uint8_t>(c)] |= kFlow;
  for (char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "._/^~<=($+;"))
    classes[static_cast<uint8_t>(c)] |= kPlainStart;
  return classes;
}
constexpr auto kClasses = make_classes();

class SimpleReader {
 public:
  explicit SimpleReader(JsonDocument::Tree& tree)
      : tree_(tree), text_(tree.text), builder_(tree, "yaml") {}

  // Every function returns false when the text is not simple.
  bool read() { return next_line() && indent_ == 0 && read_mapping() && at_ == text_.size(); }

 private:
  enum class Around { kBlock, kFlow };

  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  bool skip(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (skip(' ')) {
    }
  }
  static bool is_strange(char c) { return kClasses[static_cast<uint8_t>(c)] & kStrange; }
  uint32_t offset() const { return static_cast<uint32_t>(at_); }
  bool is_quote() const { return peek() == '\'' || peek() == '"'; }
  // Of the scalar that begins here, as libfyaml has it: behind the quote.
  uint32_t scalar_offset() const { return offset() + is_quote(); }

  // To the next line with something on it, from the end of one; `indent_` is how far that begins
  // from the margin. At the end of the text there is no line, and nothing is indented so little.
  bool next_line() {
    while (at_ < text_.size()) {
      size_t start = at_;
      skip_spaces();
      if (peek() == '#')
        while (at_ < text_.size() && !is_strange(text_[at_])) ++at_;
      if (skip('\n') || at_ == text_.size()) continue;
      indent_ = static_cast<ptrdiff_t>(at_ - start);
      // Marks of documents stand at the margin.
      return indent_ > 0 ||
             (!text_.substr(at_).starts_with("---") && !text_.substr(at_).starts_with("..."));
    }
    indent_ = -1;
    return true;
  }
  bool end_line() { return (skip('\n') || at_ == text_.size()) && next_line(); }

  bool is_list_item() const { return peek() == '-' && (peek(1) == ' ' || peek(1) == '\n'); }

  bool open(JsonKind kind) { return builder_.depth() < kMaxDepth && builder_.open(kind, offset()); }
  bool close_mapping() {
    if (!builder_.check_keys()) return false;
    builder_.close();
    return true;
  }
  bool close_list() {
    builder_.close();
    return true;
  }

  // The mapping that begins here, to the line behind it.
  bool read_mapping() {
    const ptrdiff_t indent = indent_;
    if (!open(JsonKind::kObject)) return false;
    while (indent_ == indent) {
      if (is_list_item() || !read_key(Around::kBlock)) return false;
      if (peek() == ' ' ? !read_line_value(indent) : !read_value_below(indent)) return false;
    }
    return indent_ < indent && close_mapping();
  }

  bool read_list() {
    const ptrdiff_t indent = indent_;
    if (!open(JsonKind::kArray)) return false;
    while (indent_ == indent && is_list_item()) {
      ++at_;
      if (peek() != ' ' || !read_line_value(indent)) return false;
    }
    return indent_ <= indent && close_list();
  }

  // What stands behind a key or "-" on its line. If the next line is indented more, it belongs to
  // this value, too.
  bool read_line_value(ptrdiff_t indent) {
    skip_spaces();
    return read_value(Around::kBlock) && end_line() && indent_ <= indent;
  }

  // What stands below a key. A list may begin as far from the margin as its key.
  bool read_value_below(ptrdiff_t indent) {
    const uint32_t behind_key = offset();
    if (!end_line()) return false;
    if (indent_ >= indent && is_list_item()) return read_list();
    if (indent_ > indent) return read_mapping();
    builder_.add(JsonKind::kString, behind_key, {});
    return true;
  }

  bool read_value(Around around) {
    if (peek() == '{') return read_flow_mapping();
    if (peek() == '[') return read_flow_list();
    const uint32_t start = scalar_offset();
    std::string_view text;
    if (!read_scalar(around, text)) return false;
    builder_.add(JsonKind::kString, start, text);
    return true;
  }

  // A key with its ":".
  bool read_key(Around around) {
    const uint32_t start = scalar_offset();
    std::string_view key;
    if (!read_scalar(around, key) || !skip(':')) return false;
    builder_.set_key(key, start);
    return peek() == ' ' || peek() == '\n';
  }

  bool read_flow_mapping() {
    if (!open(JsonKind::kObject)) return false;
    ++at_;
    skip_spaces();
    if (skip('}')) return close_mapping();
    do {
      skip_spaces();
      if (!read_key(Around::kFlow) || !skip(' ')) return false;
      skip_spaces();
      if (!read_value(Around::kFlow)) return false;
      skip_spaces();
    } while (skip(','));
    return skip('}') && close_mapping();
  }

  bool read_flow_list() {
    if (!open(JsonKind::kArray)) return false;
    ++at_;
    skip_spaces();
    if (skip(']')) return close_list();
    do {
      skip_spaces();
      if (!read_value(Around::kFlow)) return false;
      skip_spaces();
    } while (skip(','));
    return skip(']') && close_list();
  }

  bool read_scalar(Around around, std::string_view& out) {
    return is_quote() ? read_quoted(peek(), out) : read_plain(around, out);
  }

  bool read_quoted(char quote, std::string_view& out) {
    const size_t start = ++at_;
    bool has_quotes = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote && (quote == '"' || peek(1) != quote)) break;
      if (c == quote) {
        has_quotes = true;
        ++at_;
      }
      if (is_strange(c) || (c == '\\' && quote == '"')) return false;
    }
    out = text_.substr(start, at_ - start);
    if (has_quotes) out = without_doubled_quotes(out);
    return skip(quote);
  }

  std::string_view without_doubled_quotes(std::string_view quoted) {
    std::string& text = tree_.decoded.emplace_back();
    for (size_t i = 0; i < quoted.size(); i += quoted[i] == '\'' ? 2 : 1) text += quoted[i];
    return text;
  }

  bool read_plain(Around around, std::string_view& out) {
    const size_t start = at_;
    // Behind a "-" there is a number or a name; alone it begins a list.
    const char first = peek() == '-' ? peek(1) : peek();
    if (!(kClasses[static_cast<uint8_t>(first)] & kPlainStart)) return false;
    const uint8_t stops = kStrange | kMayEnd | (around == Around::kFlow ? kFlow : 0);
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (!(kClasses[static_cast<uint8_t>(c)] & stops)) continue;
      if (c == '#' ? text_[at_ - 1] != ' ' : c == ':' && is_inside_plain(around)) continue;
      if (c == '#') return false;
      break;
    }
    // Where it ended for another reason than is known here, whoever asked for it finds that.
    out = text_.substr(start, at_ - start);
    if (!out.ends_with(' ')) return true;
    out = out.substr(0, out.find_last_not_of(' ') + 1);
    return around == Around::kFlow && peek() != ':' && peek() != '\n';
  }

  // Whether the ":" here is a character like others.
  bool is_inside_plain(Around around) const {
    if (peek(1) == ' ' || peek(1) == '\n') return false;
    return around == Around::kBlock || !(kClasses[static_cast<uint8_t>(peek(1))] & kFlow);
  }

  JsonDocument::Tree& tree_;
  std::string_view text_;
  JsonTreeBuilder builder_;
  size_t at_ = 0;
  ptrdiff_t indent_ = 0;
};

}  // namespace

bool read_simple_yaml(JsonDocument::Tree& tree) {
  if (SimpleReader(tree).read()) return true;
  tree.nodes.clear();
  tree.decoded.clear();
  return false;
}

}  // namespace ingot
