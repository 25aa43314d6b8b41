#include "packer/unpack/patch_hunks.h"

#include <algorithm>
#include <optional>

namespace ingot {
namespace {

constexpr int64_t kPnpmReach = 20;  // lines

using Lines = std::vector<std::string_view>;

struct Edit {
  enum class Kind { kSplice, kPop, kPush };
  Kind kind = Kind::kSplice;
  int64_t at = 0;
  int64_t removed = 0;
  std::span<const std::string_view> inserted;
};

// What follows the last line feed is a line, too, and mostly an empty one.
Lines split(std::string_view text) {
  Lines lines;
  while (true) {
    size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

bool are_equal(std::string_view a, std::string_view b) {
  return a == b || js_trim_end(a) == js_trim_end(b);
}

// What the hunk does with its first old line at `at`; nothing when the old lines are others.
std::optional<std::vector<Edit>> edits_at(const PatchHunk& hunk, const Lines& lines, int64_t at) {
  std::vector<Edit> edits;
  for (const PatchPart& part : hunk.parts) {
    auto count = static_cast<int64_t>(part.lines.size());
    if (part.kind == PatchPart::Kind::kInsertion) {
      edits.push_back({Edit::Kind::kSplice, at, 0, part.lines});
      if (part.no_newline) edits.push_back({Edit::Kind::kPop, 0, 0, {}});
      continue;
    }
    for (std::string_view line : part.lines) {
      if (at < 0 || at >= static_cast<int64_t>(lines.size()) ||
          !are_equal(lines[static_cast<size_t>(at)], line))
        return std::nullopt;
      ++at;
    }
    if (part.kind != PatchPart::Kind::kDeletion) continue;
    edits.push_back({Edit::Kind::kSplice, at - count, count, {}});
    if (part.no_newline) edits.push_back({Edit::Kind::kPush, 0, 0, {}});
  }
  return edits;
}

// Where one hunk after the other is found.
class HunkFinder {
 public:
  HunkFinder(const Lines& lines, PatchManner manner) : lines_(lines), manner_(manner) {}

  std::optional<std::vector<Edit>> find(const PatchHunk& hunk) {
    switch (manner_) {
      case PatchManner::kPnpm:
        return find_near(hunk);
      case PatchManner::kBerry:
        return find_from_last(hunk);
      case PatchManner::kBun:
        return find_as_named(hunk);
    }
    return std::nullopt;
  }

 private:
  int64_t count() const { return static_cast<int64_t>(lines_.size()); }

  std::optional<std::vector<Edit>> find_near(const PatchHunk& hunk) const {
    for (int64_t distance = 0; distance <= kPnpmReach; ++distance)
      for (int64_t at : {hunk.old_start - 1 - distance, hunk.old_start - 1 + distance}) {
        if (at < 0 || count() - at < hunk.old_count) continue;
        if (auto edits = edits_at(hunk, lines_, at)) return edits;
      }
    return std::nullopt;
  }

  std::optional<std::vector<Edit>> find_from_last(const PatchHunk& hunk) {
    int64_t guess = std::max(free_from_, hunk.new_start + moved_);
    int64_t before = guess - free_from_;
    int64_t after = std::max<int64_t>(0, count() - guess - hunk.old_count);
    // No line beyond the end is equal to any.
    int64_t nearest = hunk.old_count == 0 ? 0 : std::max<int64_t>(0, guess - count());
    for (int64_t distance = nearest; distance <= std::max(before, after); ++distance)
      for (int64_t offset : {-distance, distance}) {
        if (distance > (offset < 0 || distance == 0 ? before : after)) continue;
        auto edits = edits_at(hunk, lines_, guess + offset);
        if (!edits) continue;
        moved_ += offset;
        free_from_ = guess + offset + hunk.old_count;
        return edits;
      }
    return std::nullopt;
  }

  std::optional<std::vector<Edit>> find_as_named(const PatchHunk& hunk) {
    int64_t at = hunk.new_start - 1 - moved_;
    if (at < free_from_ || at > count()) return std::nullopt;
    moved_ += hunk.new_count - hunk.old_count;
    free_from_ = at + hunk.old_count;
    return edits_at(hunk, lines_, at);
  }

  const Lines& lines_;
  PatchManner manner_;
  int64_t moved_ = 0;
  int64_t free_from_ = 0;
};

std::string joined(const Lines& lines) {
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    out += lines[i];
  }
  return out;
}

}  // namespace

std::expected<std::string, size_t> apply_hunks(std::string_view text,
                                               std::span<const PatchHunk> hunks,
                                               PatchManner manner) {
  Lines lines = split(text);
  std::vector<Edit> edits;
  HunkFinder finder(lines, manner);
  for (size_t i = 0; i < hunks.size(); ++i) {
    auto found = finder.find(hunks[i]);
    if (!found) return std::unexpected(i);
    edits.insert(edits.end(), found->begin(), found->end());
  }
  int64_t grown = 0;
  for (const Edit& edit : edits) {
    if (edit.kind == Edit::Kind::kPush) {
      lines.emplace_back();
    } else if (edit.kind == Edit::Kind::kPop) {
      if (!lines.empty()) lines.pop_back();
    } else {
      auto size = static_cast<int64_t>(lines.size());
      int64_t at = edit.at + grown;
      at = at < 0 ? std::max<int64_t>(0, size + at) : std::min(at, size);
      int64_t removed = std::min(edit.removed, size - at);
      auto place = lines.erase(lines.begin() + at, lines.begin() + at + removed);
      lines.insert(place, edit.inserted.begin(), edit.inserted.end());
      grown += static_cast<int64_t>(edit.inserted.size()) - edit.removed;
    }
  }
  return joined(lines);
}

}  // namespace ingot
