// The tree behind a JsonDocument, and how a parser strings it together.
//
// Owns the nodes, the text they point into, and the checks that hold for every syntax: depth, and
// no key twice. Included by the parsers (base/json.cc, base/yaml.cc) only.
#pragma once

#include <deque>
#include <limits>
#include <vector>

#include "base/json.h"

namespace ingot {

struct JsonNode {
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

  JsonKind kind = JsonKind::kNull;
  uint32_t offset = 0;  // of the value's first character in the text
  uint32_t next = kNone;
  uint32_t first_child = kNone;
  uint32_t child_count = 0;
  uint32_t key_offset = 0;
  uint64_t key_marks = 0;  // of an object's members: most keys that are not there, none has
  std::string_view key;
  std::string_view text;
};

// One bit, by a key's length and ends: few keys of an object share theirs.
inline uint64_t key_mark(std::string_view key) {
  const size_t ends = key.empty() ? 0 : key.front() * 5 + key.back() * 11;
  return uint64_t{1} << ((key.size() + ends) % 64);
}

struct JsonDocument::Tree {
  std::string text;  // a parser may decode in place: positions come from `lines`
  std::shared_ptr<const TextLines> lines;
  std::vector<JsonNode> nodes;
  std::deque<std::string> decoded;  // what a parser could not decode in place

  // Takes the text over, without its byte-order mark, and finds its lines.
  void set_text(std::string name, std::string text);
  Place place(uint32_t offset) const { return {lines, offset}; }
};

// Adds values in the order of the text. A function that returns false has left the reason in
// `failure`; nothing may be added after that.
class JsonTreeBuilder {
 public:
  // `codes` begins the codes of errors: "json" or "yaml".
  JsonTreeBuilder(JsonDocument::Tree& tree, std::string_view codes) : tree_(tree), codes_(codes) {}

  std::optional<Error> failure;

  void set_key(std::string_view key, uint32_t offset) {
    key_ = key;
    key_offset_ = offset;
  }
  void add(JsonKind kind, uint32_t offset, std::string_view text);
  bool open(JsonKind kind, uint32_t offset);
  void close() {
    stack_.pop_back();
    last_.pop_back();
  }
  // For an object that is complete, before `close`.
  bool check_keys();
  void drop_earlier_keys();

  size_t depth() const { return stack_.size(); }
  bool in_object() const {
    return !stack_.empty() && tree_.nodes[stack_.back()].kind == JsonKind::kObject;
  }

 private:
  JsonDocument::Tree& tree_;
  std::string_view codes_;
  std::vector<uint32_t> stack_;  // open objects and arrays
  std::vector<uint32_t> last_;   // the last child of each of them so far
  std::string_view key_;
  uint32_t key_offset_ = 0;
};

}  // namespace ingot
