#include "packer/compile/v8/objects.h"

namespace ingot {
namespace {

// V8 leaves objects out once it has recursed 32 deep; a few kinds cannot be left out.
constexpr size_t kMaxDepth = 1024;
// V8 reads numbers four bytes at a time, so a stream needs this much behind the last token.
constexpr uint32_t kMinNops = 3;

}  // namespace

ObjectReader::ObjectReader(ByteView stream, const V8Version& version) : tokens_(stream, version) {
  hot_.fill(kNotARoot);
}

void ObjectReader::remember(uint32_t root) {
  hot_[hot_next_] = root;
  hot_next_ = (hot_next_ + 1) % 8;
}

uint32_t ObjectReader::root_of_token() const {
  if (token_.kind == TokenKind::kRoot) return token_.a;
  if (token_.kind == TokenKind::kHotObject) return hot_[token_.a];
  return kNotARoot;
}

bool ObjectReader::refer_back() {
  if (token_.a >= maps_.size()) return false;
  remember(kNotARoot);
  return true;
}

bool ObjectReader::resolve() {
  if (token_.a >= pending_ || left_pending_ == 0) return false;
  if (--left_pending_ == 0) pending_ = 0;  // V8 then counts from 0 again
  return true;
}

bool ObjectReader::is_awaited() const {
  switch (awaited_) {
    case Awaited::kAnything:
      return true;
    case Awaited::kMap:
      return token_.kind == TokenKind::kRoot || token_.kind == TokenKind::kHotObject ||
             token_.kind == TokenKind::kReadOnlyHeapReference ||
             token_.kind == TokenKind::kBackReference;
    case Awaited::kReference:
      return token_.kind != TokenKind::kRawData && token_.kind != TokenKind::kRepeatedRoot &&
             token_.kind != TokenKind::kRepeat &&
             token_.kind != TokenKind::kResolvePendingReference;
    case Awaited::kRepeatedRoot:
      return token_.kind == TokenKind::kRoot || token_.kind == TokenKind::kHotObject;
  }
  return false;
}

// Between objects.
bool ObjectReader::step_outside() {
  if (token_.kind == TokenKind::kNewObject && !synchronized_) return follow();
  if (token_.kind == TokenKind::kSynchronize && !synchronized_ && !maps_.empty()) {
    synchronized_ = true;
    return true;
  }
  ++nops_;
  return token_.kind == TokenKind::kNop && synchronized_;
}

// What the token does besides filling words.
bool ObjectReader::follow() {
  awaited_ = Awaited::kAnything;
  switch (token_.kind) {
    case TokenKind::kNewObject:
      if (token_.b == 0 || open_.size() == kMaxDepth) return false;
      open_.push_back({static_cast<uint32_t>(maps_.size()), token_.b, 0});
      maps_.push_back(kNotARoot);
      awaited_ = Awaited::kMap;
      return true;
    case TokenKind::kBackReference:
      return refer_back();
    case TokenKind::kRoot:
      // The first 32 roots have opcodes of their own, and V8 does not remember them.
      if (token_.end - token_.start > 1) remember(token_.a);
      return true;
    case TokenKind::kPendingReference:
      ++pending_;
      ++left_pending_;
      return true;
    case TokenKind::kResolvePendingReference:
      return resolve();
    case TokenKind::kWeakPrefix:
    case TokenKind::kIndirectPrefix:
    case TokenKind::kProtectedPrefix:
      awaited_ = Awaited::kReference;
      return true;
    case TokenKind::kRepeat:
      awaited_ = Awaited::kRepeatedRoot;
      return true;
    case TokenKind::kReadOnlyHeapReference:
    case TokenKind::kAttachedReference:
    case TokenKind::kRepeatedRoot:
    case TokenKind::kRawData:
    case TokenKind::kExternalReference:
    case TokenKind::kClearedWeakReference:
    case TokenKind::kHotObject:
      return true;
    default:  // those of startup snapshots, and what belongs between objects
      return false;
  }
}

bool ObjectReader::step_inside() {
  if (!is_awaited()) return false;
  Frame& frame = open_.back();
  if (awaited_ == Awaited::kMap) maps_[frame.object] = root_of_token();
  if (token_.words > frame.size - frame.filled) return false;
  frame.filled += token_.words;  // before `follow` makes the frame move
  return follow();
}

bool ObjectReader::step() {
  if (open_.empty() ? !step_outside() : !step_inside()) return false;
  while (!open_.empty() && open_.back().filled == open_.back().size &&
         awaited_ == Awaited::kAnything)
    open_.pop_back();
  return true;
}

Result<std::optional<RawField>> ObjectReader::next() {
  while (tokens_.next(token_)) {
    std::optional<RawField> raw;
    if (token_.kind == TokenKind::kRawData && !open_.empty()) {
      const Frame& frame = open_.back();
      const uint64_t size = uint64_t{token_.b} * 8;
      raw = {frame.object,
             maps_[frame.object],
             uint64_t{frame.size} * 8,
             uint64_t{frame.filled} * 8,
             token_.end - size,
             size};
    }
    if (!step())
      return fail(input_error(
          "code-cache-malformed",
          "V8 could not have written the code cache's byte " + std::to_string(token_.start)));
    if (raw) return raw;
  }
  TRY(tokens_.status());
  if (!open_.empty() || left_pending_ != 0 || nops_ < kMinNops)
    return fail(input_error("code-cache-malformed", "the code cache ends in the middle"));
  return std::nullopt;
}

}  // namespace ingot
