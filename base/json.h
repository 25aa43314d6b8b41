// JSON with positions, in member order, and nothing forgiven.
//
// Owns turning text into a tree that can be walked with a cursor. Keeps the order of members
// (package.json "exports" depends on it), keeps numbers as text, knows the line and column of every
// value, refuses duplicate keys (unless asked not to), invalid UTF-8 and nesting deeper than
// `kMaxJsonDepth`. Never knows what a document means. Parsing is RapidJSON's, in place.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/place.h"
#include "base/result.h"

namespace ingot {

inline constexpr size_t kMaxJsonDepth = 512;
inline constexpr size_t kMaxJsonBytes = size_t{256} << 20;

enum class JsonKind { kNull, kFalse, kTrue, kNumber, kString, kObject, kArray };
enum class JsonSyntax {
  kStrict,        // RFC 8259
  kWithComments,  // and // and /* */ comments and trailing commas (bun.lock, configuration)
  kLastKeyWins,   // and of several equal keys the last counts, as in JSON.parse (package.json of
                  // published packages: about one in 3000 has such a pair, and Node loads it)
};

class JsonCursor;

// Owns the text and the tree. Cursors and the views they return live as long as it does; moving the
// document keeps them valid.
class JsonDocument {
 public:
  // `name` is what positions call the document.
  static Result<JsonDocument> parse(std::string text, std::string name,
                                    JsonSyntax syntax = JsonSyntax::kStrict);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  JsonCursor root() const;
  const std::string& name() const;

  // How the parsers make one; see base/json_tree.h.
  struct Tree;
  explicit JsonDocument(std::unique_ptr<Tree> tree);

 private:
  std::unique_ptr<Tree> tree_;
};

// A value in a document: cheap to copy, valid as long as the document.
class JsonCursor {
 public:
  JsonCursor(const JsonDocument::Tree* tree, uint32_t index) : tree_(tree), index_(index) {}

  JsonKind kind() const;
  bool is_object() const { return kind() == JsonKind::kObject; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_string() const { return kind() == JsonKind::kString; }
  bool is_null() const { return kind() == JsonKind::kNull; }
  bool is_true() const { return kind() == JsonKind::kTrue; }

  // The text of a string (decoded) or a number (as written); empty for anything else.
  std::string_view text() const;
  // The key under which this value stands in its object; empty elsewhere.
  std::string_view key() const;
  Place position() const;

  // The member called `name` of an object; nothing when there is none or this is no object.
  std::optional<JsonCursor> find(std::string_view name) const;
  // The text of the string member called `name`, or nothing.
  std::optional<std::string_view> find_text(std::string_view name) const;
  bool find_true(std::string_view name) const;

  // for (JsonCursor child : value): members of an object or elements of an array, in order.
  class Iterator {
   public:
    Iterator(const JsonDocument::Tree* tree, uint32_t index) : tree_(tree), index_(index) {}
    JsonCursor operator*() const { return JsonCursor(tree_, index_); }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const JsonDocument::Tree* tree_;
    uint32_t index_;
  };
  Iterator begin() const;
  Iterator end() const;
  size_t size() const;

 private:
  const JsonDocument::Tree* tree_;
  uint32_t index_;
};

// `text` as a JSON string literal, quotes included. What is not valid UTF-8 becomes U+FFFD.
std::string json_quote(std::string_view text);

}  // namespace ingot
