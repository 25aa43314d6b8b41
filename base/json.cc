#include "base/json.h"

// RapidJSON looks at 16 bytes at once where it is told that it can.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>

#include "base/json_tree.h"
#include "base/utf8.h"

namespace ingot {
namespace {

// Receives RapidJSON's events. Returning false stops the parser; the reason is in the builder.
class EventReader {
 public:
  EventReader(JsonTreeBuilder& builder, rapidjson::InsituStringStream& stream, JsonSyntax syntax)
      : builder_(builder), stream_(stream), syntax_(syntax) {}

  bool Null() { return add(JsonKind::kNull, 4, {}); }
  bool Bool(bool value) {
    return value ? add(JsonKind::kTrue, 4, {}) : add(JsonKind::kFalse, 5, {});
  }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return add(JsonKind::kNumber, 0, {text, size});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return add(JsonKind::kString, 0, {text, size});
  }
  bool StartObject() { return builder_.open(JsonKind::kObject, start_of(1)); }
  bool StartArray() { return builder_.open(JsonKind::kArray, start_of(1)); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    builder_.set_key({text, size}, start_of(0));
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    bool fine = true;
    if (syntax_ == JsonSyntax::kLastKeyWins)
      builder_.drop_earlier_keys();
    else
      fine = builder_.check_keys();
    builder_.close();
    return fine;
  }
  bool EndArray(rapidjson::SizeType) {
    builder_.close();
    return true;
  }
  // Never called: numbers are kept as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  // Where the token that is being reported began. RapidJSON reads strings and numbers on a copy of
  // the stream, so for them it still stands at the first character (`consumed` is 0).
  uint32_t start_of(size_t consumed) const {
    return static_cast<uint32_t>(stream_.Tell() - consumed);
  }
  bool add(JsonKind kind, size_t consumed, std::string_view text) {
    builder_.add(kind, start_of(consumed), text);
    return true;
  }

  JsonTreeBuilder& builder_;
  rapidjson::InsituStringStream& stream_;  // Tell() is not const
  JsonSyntax syntax_;
};

// Recursive descent is the faster of RapidJSON's two ways. How deep it goes is bounded by the
// builder, which stops it.
constexpr unsigned kStrictFlags =
    rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
constexpr unsigned kCommentFlags =
    kStrictFlags | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;

}  // namespace

JsonDocument::JsonDocument(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

Result<JsonDocument> JsonDocument::parse(std::string text, std::string name, JsonSyntax syntax) {
  if (text.size() > kMaxJsonBytes)
    return fail(input_error("json-too-large", name + " is larger than 256 MiB"));
  auto tree = std::make_unique<Tree>();
  tree->set_text(std::move(name), std::move(text));
  if (size_t nul = tree->text.find('\0'); nul != std::string::npos)
    return fail(input_error("json-syntax", "a NUL byte is not JSON")
                    .at(tree->place(static_cast<uint32_t>(nul))));
  // All at once is faster than each string by itself, and RapidJSON would read past the end of a
  // text that is cut off in a sequence.
  if (size_t valid = valid_utf8_size(tree->text); valid < tree->text.size())
    return fail(input_error("json-syntax", "this byte is not UTF-8")
                    .at(tree->place(static_cast<uint32_t>(valid))));

  rapidjson::InsituStringStream stream(tree->text.data());
  JsonTreeBuilder builder(*tree, "json");
  EventReader events(builder, stream, syntax);
  rapidjson::Reader reader;
  auto outcome = syntax == JsonSyntax::kWithComments ? reader.Parse<kCommentFlags>(stream, events)
                                                     : reader.Parse<kStrictFlags>(stream, events);
  if (builder.failure) return fail(std::move(*builder.failure));
  if (outcome.IsError())
    return fail(input_error("json-syntax", rapidjson::GetParseError_En(outcome.Code()))
                    .at(tree->place(static_cast<uint32_t>(outcome.Offset()))));
  return JsonDocument(std::move(tree));
}

JsonCursor JsonDocument::root() const {
  return JsonCursor(tree_.get(), 0);
}
const std::string& JsonDocument::name() const {
  return tree_->lines->name();
}

JsonKind JsonCursor::kind() const {
  return tree_->nodes[index_].kind;
}
std::string_view JsonCursor::text() const {
  return tree_->nodes[index_].text;
}
std::string_view JsonCursor::key() const {
  return tree_->nodes[index_].key;
}
Place JsonCursor::position() const {
  return tree_->place(tree_->nodes[index_].offset);
}

std::optional<JsonCursor> JsonCursor::find(std::string_view name) const {
  const JsonNode& object = tree_->nodes[index_];
  if (object.kind != JsonKind::kObject || (object.key_marks & key_mark(name)) == 0)
    return std::nullopt;
  for (JsonCursor child : *this)
    if (child.key() == name) return child;
  return std::nullopt;
}

std::optional<std::string_view> JsonCursor::find_text(std::string_view name) const {
  auto child = find(name);
  if (!child || !child->is_string()) return std::nullopt;
  return child->text();
}

bool JsonCursor::find_true(std::string_view name) const {
  auto child = find(name);
  return child && child->is_true();
}

JsonCursor::Iterator JsonCursor::begin() const {
  return {tree_, tree_->nodes[index_].first_child};
}
JsonCursor::Iterator JsonCursor::end() const {
  return {tree_, JsonNode::kNone};
}
size_t JsonCursor::size() const {
  return tree_->nodes[index_].child_count;
}
JsonCursor::Iterator& JsonCursor::Iterator::operator++() {
  index_ = tree_->nodes[index_].next;
  return *this;
}

std::string json_quote(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  std::string out = "\"";
  while (true) {
    size_t plain = std::ranges::find_if_not(text, is_plain) - text.begin();
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    size_t size = utf8_sequence(text);
    char c = text[0];
    if (size == 0) {
      out += "\xEF\xBF\xBD";
      size = 1;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kDigits[static_cast<uint8_t>(c) >> 4];
      out += kDigits[c & 15];
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out + '"';
}

}  // namespace ingot
