#include "base/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/utf8.h"

namespace ingot {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

struct Node {
  JsonKind kind = JsonKind::kNull;
  uint32_t offset = 0;  // of the value's first character in the text
  uint32_t next = kNone;
  uint32_t first_child = kNone;
  uint32_t child_count = 0;
  uint32_t key_offset = 0;
  std::string_view key;
  std::string_view text;
};

std::vector<uint32_t> line_starts(std::string_view text) {
  std::vector<uint32_t> starts{0};
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts.push_back(static_cast<uint32_t>(at + 1));
  return starts;
}

}  // namespace

struct JsonDocument::Tree {
  std::string name;
  std::string text;  // decoded in place while parsing: positions come from `lines`
  std::vector<uint32_t> lines;
  std::vector<Node> nodes;

  Position position(uint32_t offset) const {
    auto next = std::upper_bound(lines.begin(), lines.end(), offset);
    auto line = static_cast<uint32_t>(next - lines.begin());
    return {name, line, offset - lines[line - 1] + 1};
  }
};

namespace {

// Receives RapidJSON's events and strings nodes together. Returning false stops the parser; the
// reason is then in `failure`.
class TreeBuilder {
 public:
  TreeBuilder(JsonDocument::Tree& tree, rapidjson::InsituStringStream& stream, JsonSyntax syntax)
      : tree_(tree), stream_(stream), syntax_(syntax) {}

  std::optional<Error> failure;

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
  bool StartObject() { return open(JsonKind::kObject); }
  bool StartArray() { return open(JsonKind::kArray); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_ = {text, size};
    key_offset_ = start_of(0);
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    bool fine = true;
    if (syntax_ == JsonSyntax::kLastKeyWins)
      drop_earlier_keys(stack_.back());
    else
      fine = check_keys(stack_.back());
    stack_.pop_back();
    last_.pop_back();
    return fine;
  }
  bool EndArray(rapidjson::SizeType) {
    stack_.pop_back();
    last_.pop_back();
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
    auto index = static_cast<uint32_t>(tree_.nodes.size());
    Node node;
    node.kind = kind;
    node.offset = start_of(consumed);
    node.text = text;
    node.key = key_;
    node.key_offset = key_offset_;
    key_ = {};
    tree_.nodes.push_back(node);
    if (stack_.empty()) return true;
    Node& parent = tree_.nodes[stack_.back()];
    if (parent.child_count++ == 0)
      parent.first_child = index;
    else
      tree_.nodes[last_.back()].next = index;
    last_.back() = index;
    return true;
  }

  bool open(JsonKind kind) {
    if (stack_.size() >= kMaxJsonDepth) {
      failure = input_error("json-too-deep",
                            "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels")
                    .at(tree_.position(start_of(1)));
      return false;
    }
    add(kind, 1, {});
    stack_.push_back(static_cast<uint32_t>(tree_.nodes.size() - 1));
    last_.push_back(kNone);
    return true;
  }

  bool check_keys(uint32_t object) {
    std::unordered_set<std::string_view> seen;
    for (uint32_t i = tree_.nodes[object].first_child; i != kNone; i = tree_.nodes[i].next) {
      const Node& node = tree_.nodes[i];
      if (seen.insert(node.key).second) continue;
      failure = input_error("json-duplicate-key",
                            "the key \"" + std::string(node.key) + "\" is there twice")
                    .at(tree_.position(node.key_offset))
                    .hinted("remove one of the two: programs disagree on which of them counts");
      return false;
    }
    return true;
  }

  // Unlinks every member whose key comes again later.
  void drop_earlier_keys(uint32_t object) {
    std::unordered_map<std::string_view, uint32_t> last;
    for (uint32_t i = tree_.nodes[object].first_child; i != kNone; i = tree_.nodes[i].next)
      last[tree_.nodes[i].key] = i;
    if (last.size() == tree_.nodes[object].child_count) return;
    uint32_t* link = &tree_.nodes[object].first_child;
    while (*link != kNone) {
      Node& node = tree_.nodes[*link];
      if (last[node.key] == *link)
        link = &node.next;
      else
        *link = node.next;
    }
    tree_.nodes[object].child_count = static_cast<uint32_t>(last.size());
  }

  JsonDocument::Tree& tree_;
  rapidjson::InsituStringStream& stream_;  // Tell() is not const
  JsonSyntax syntax_;
  std::vector<uint32_t> stack_;  // open objects and arrays
  std::vector<uint32_t> last_;   // the last child of each of them so far
  std::string_view key_;
  uint32_t key_offset_ = 0;
};

constexpr unsigned kStrictFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                  rapidjson::kParseValidateEncodingFlag |
                                  rapidjson::kParseNumbersAsStringsFlag;
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
  tree->name = std::move(name);
  // A byte-order mark is legal in files that editors on Windows wrote.
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (size_t nul = text.find('\0'); nul != std::string::npos) {
    tree->lines = line_starts(text);
    return fail(input_error("json-syntax", "a NUL byte is not JSON")
                    .at(tree->position(static_cast<uint32_t>(nul))));
  }
  tree->text = std::move(text);
  tree->lines = line_starts(tree->text);

  rapidjson::InsituStringStream stream(tree->text.data());
  TreeBuilder builder(*tree, stream, syntax);
  rapidjson::Reader reader;
  auto outcome = syntax == JsonSyntax::kWithComments ? reader.Parse<kCommentFlags>(stream, builder)
                                                     : reader.Parse<kStrictFlags>(stream, builder);
  if (builder.failure) return fail(std::move(*builder.failure));
  if (outcome.IsError())
    return fail(input_error("json-syntax", rapidjson::GetParseError_En(outcome.Code()))
                    .at(tree->position(static_cast<uint32_t>(outcome.Offset()))));
  return JsonDocument(std::move(tree));
}

JsonCursor JsonDocument::root() const {
  return JsonCursor(tree_.get(), 0);
}
const std::string& JsonDocument::name() const {
  return tree_->name;
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
Position JsonCursor::position() const {
  return tree_->position(tree_->nodes[index_].offset);
}

std::optional<JsonCursor> JsonCursor::find(std::string_view name) const {
  if (!is_object()) return std::nullopt;
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
  return {tree_, kNone};
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
  std::string out = "\"";
  while (!text.empty()) {
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
