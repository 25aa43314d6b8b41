#include "base/json_tree.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace ingot {
namespace {

constexpr uint32_t kSmallObject = 16;  // members

}  // namespace

void JsonDocument::Tree::set_text(std::string document_name, std::string document_text) {
  name = std::move(document_name);
  // A byte-order mark is legal in files that editors on Windows wrote.
  if (document_text.starts_with("\xEF\xBB\xBF")) document_text.erase(0, 3);
  text = std::move(document_text);
  lines = {0};
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    lines.push_back(static_cast<uint32_t>(at + 1));
}

Position JsonDocument::Tree::position(uint32_t offset) const {
  auto next = std::upper_bound(lines.begin(), lines.end(), offset);
  auto line = static_cast<uint32_t>(next - lines.begin());
  return {name, line, offset - lines[line - 1] + 1};
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
                  .at(tree_.position(offset));
    return false;
  }
  add(kind, offset, {});
  stack_.push_back(static_cast<uint32_t>(tree_.nodes.size() - 1));
  last_.push_back(JsonNode::kNone);
  return true;
}

bool JsonTreeBuilder::check_keys() {
  const JsonNode& object = tree_.nodes[stack_.back()];
  // Most objects are small: looking at each pair is faster than a table for each.
  bool is_small = object.child_count <= kSmallObject;
  std::unordered_set<std::string_view> seen;
  if (!is_small) seen.reserve(object.child_count);
  auto is_first = [&](uint32_t member) {
    std::string_view key = tree_.nodes[member].key;
    if (!is_small) return seen.insert(key).second;
    for (uint32_t i = object.first_child; i != member; i = tree_.nodes[i].next)
      if (tree_.nodes[i].key == key) return false;
    return true;
  };
  for (uint32_t i = object.first_child; i != JsonNode::kNone; i = tree_.nodes[i].next) {
    const JsonNode& node = tree_.nodes[i];
    if (is_first(i)) continue;
    failure = input_error(std::string(codes_) + "-duplicate-key",
                          "the key \"" + std::string(node.key) + "\" is there twice")
                  .at(tree_.position(node.key_offset))
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
