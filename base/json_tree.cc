#include "base/json_tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <unordered_map>

namespace ingot {
namespace {

constexpr uint32_t kSmallObject = 16;  // members
constexpr size_t kBytesPerNode = 32;   // of the text of a lockfile, or more

// Finds keys that are there twice.
class KeySet {
 public:
  explicit KeySet(size_t most) {
    if (most > kSmallObject) slots_.resize(std::bit_ceil(most * 2));
  }

  // False when it is there.
  bool insert(std::string_view key) {
    if (key.empty()) key = "";  // what is nowhere is a free slot
    return slots_.empty() ? insert_small(key) : insert_large(key);
  }

 private:
  bool insert_small(std::string_view key) {
    const auto end = few_.begin() + count_;
    if (std::find(few_.begin(), end, key) != end) return false;
    few_[count_++] = key;
    return true;
  }

  // The next free place from where its hash leads to.
  bool insert_large(std::string_view key) {
    size_t at = std::hash<std::string_view>()(key);
    for (;; ++at) {
      std::string_view& slot = slots_[at % slots_.size()];
      if (slot.data() == nullptr) {
        slot = key;
        return true;
      }
      if (slot == key) return false;
    }
  }

  size_t count_ = 0;
  std::array<std::string_view, kSmallObject> few_;
  std::vector<std::string_view> slots_;  // at most half of them taken
};

}  // namespace

void JsonDocument::Tree::set_text(std::string document_name, std::string document_text) {
  // A byte-order mark is legal in files that editors on Windows wrote.
  if (document_text.starts_with("\xEF\xBB\xBF")) document_text.erase(0, 3);
  text = std::move(document_text);
  lines = std::make_shared<const TextLines>(std::move(document_name), text);
  nodes.reserve(text.size() / kBytesPerNode);
}

void JsonTreeBuilder::add(JsonKind kind, uint32_t offset, std::string_view text) {
  auto index = static_cast<uint32_t>(tree_.nodes.size());
  JsonNode node;
  node.kind = kind;
  node.offset = offset;
  node.text = text;
  node.key = key_;
  node.key_offset = key_offset_;
  key_ = {};
  tree_.nodes.push_back(node);
  if (stack_.empty()) return;
  JsonNode& parent = tree_.nodes[stack_.back()];
  parent.key_marks |= key_mark(node.key);
  if (parent.child_count++ == 0)
    parent.first_child = index;
  else
    tree_.nodes[last_.back()].next = index;
  last_.back() = index;
}

bool JsonTreeBuilder::open(JsonKind kind, uint32_t offset) {
  if (stack_.size() >= kMaxJsonDepth) {
    failure = input_error(std::string(codes_) + "-too-deep",
                          "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels")
                  .at(tree_.place(offset));
    return false;
  }
  add(kind, offset, {});
  stack_.push_back(static_cast<uint32_t>(tree_.nodes.size() - 1));
  last_.push_back(JsonNode::kNone);
  return true;
}

bool JsonTreeBuilder::check_keys() {
  const JsonNode& object = tree_.nodes[stack_.back()];
  // As many marks as keys: no two keys are the same, and none has to be compared.
  if (static_cast<uint32_t>(std::popcount(object.key_marks)) == object.child_count) return true;
  KeySet keys(object.child_count);
  for (uint32_t i = object.first_child; i != JsonNode::kNone; i = tree_.nodes[i].next) {
    const JsonNode& node = tree_.nodes[i];
    if (keys.insert(node.key)) continue;
    failure = input_error(std::string(codes_) + "-duplicate-key",
                          "the key \"" + std::string(node.key) + "\" is there twice")
                  .at(tree_.place(node.key_offset))
                  .hinted("remove one of the two: programs disagree on which of them counts");
    return false;
  }
  return true;
}

// Unlinks every member whose key comes again later.
void JsonTreeBuilder::drop_earlier_keys() {
  JsonNode& object = tree_.nodes[stack_.back()];
  std::unordered_map<std::string_view, uint32_t> last;
  for (uint32_t i = object.first_child; i != JsonNode::kNone; i = tree_.nodes[i].next)
    last[tree_.nodes[i].key] = i;
  if (last.size() == object.child_count) return;
  uint32_t* link = &object.first_child;
  while (*link != JsonNode::kNone) {
    JsonNode& node = tree_.nodes[*link];
    if (last[node.key] == *link)
      link = &node.next;
    else
      *link = node.next;
  }
  object.child_count = static_cast<uint32_t>(last.size());
}

}  // namespace ingot
