#include "packer/unpack/glob.h"

#include <optional>

#include "base/ascii.h"

namespace ingot {
namespace {

constexpr size_t kMaxAlternatives = 1000;

std::vector<std::string_view> components_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    while (slash < path.size() && path[slash] == '/') ++slash;
    path.remove_prefix(slash);
  }
}

// The bytes of the UTF-8 character at the front, so that '?' and '[..]' never split one.
size_t character_size(std::string_view text) {
  size_t size = 1;
  if ((static_cast<uint8_t>(text[0]) & 0xC0) == 0xC0)
    while (size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

// One component of a pattern against one component of a path.
class ComponentMatcher {
 public:
  ComponentMatcher(std::string_view pattern, std::string_view name, GlobCase letters)
      : pattern_(pattern), name_(name), letters_(letters) {}

  bool run() {
    if (name_.empty()) return pattern_.empty();
    size_t p = 0, n = 0;
    // Only the last '*' ever has to be tried again with a longer text: no exponential search.
    std::optional<size_t> star;
    size_t star_name = 0;
    while (n < name_.size()) {
      if (p < pattern_.size() && pattern_[p] == '*') {
        star = ++p;
        star_name = n;
      } else if (size_t step = one(p, n); step > 0) {
        n += step;
        p = next_;
      } else if (star) {
        star_name += character_size(name_.substr(star_name));
        n = star_name;
        p = *star;
      } else {
        return false;
      }
    }
    while (p < pattern_.size() && pattern_[p] == '*') ++p;
    return p == pattern_.size();
  }

 private:
  // How many bytes of the name at `n` the single item at `p` takes, 0 when it does not match;
  // leaves the end of the item in `next_`.
  size_t one(size_t p, size_t n) {
    if (p >= pattern_.size()) return 0;
    size_t size = character_size(name_.substr(n));
    if (pattern_[p] == '?') {
      next_ = p + 1;
      return size;
    }
    if (pattern_[p] == '[')
      if (auto in = in_class(p, name_.substr(n, size))) return *in ? size : 0;
    if (pattern_[p] == '\\' && p + 1 < pattern_.size()) ++p;
    next_ = p + 1;
    return same(pattern_[p], name_[n]) ? 1 : 0;
  }

  // Nothing when the bracket at `p` is never closed, and so is a plain character.
  std::optional<bool> in_class(size_t p, std::string_view character) {
    size_t at = p + 1;
    bool inverted = at < pattern_.size() && (pattern_[at] == '!' || pattern_[at] == '^');
    if (inverted) ++at;
    bool found = false;
    for (bool first = true; at < pattern_.size(); first = false) {
      if (pattern_[at] == ']' && !first) {
        next_ = at + 1;
        return found != inverted;
      }
      std::string_view low = class_character(at);
      std::string_view high = low;
      if (at + 1 < pattern_.size() && pattern_[at] == '-' && pattern_[at + 1] != ']') {
        ++at;
        high = class_character(at);
      }
      found = found || in_range(character, low, high);
    }
    return std::nullopt;
  }

  std::string_view class_character(size_t& at) const {
    if (pattern_[at] == '\\' && at + 1 < pattern_.size()) ++at;
    size_t size = character_size(pattern_.substr(at));
    std::string_view character = pattern_.substr(at, size);
    at += size;
    return character;
  }

  // UTF-8 sorts like the characters it encodes.
  bool in_range(std::string_view c, std::string_view low, std::string_view high) const {
    if (c >= low && c <= high) return true;
    if (letters_ == GlobCase::kSensitive || c.size() != 1) return false;
    char other = ascii::is_upper(c[0]) ? ascii::lower(c[0]) : ascii::upper(c[0]);
    std::string_view swapped(&other, 1);
    return swapped >= low && swapped <= high;
  }

  bool same(char a, char b) const {
    return a == b || (letters_ == GlobCase::kIgnore && ascii::lower(a) == ascii::lower(b));
  }

  std::string_view pattern_;
  std::string_view name_;
  GlobCase letters_;
  size_t next_ = 0;
};

// A whole pattern against a whole path. Remembers which pairs of positions failed, so that many
// "**" cost no more than one.
class PathMatcher {
 public:
  PathMatcher(const std::vector<std::string>& pattern, std::vector<std::string_view> path,
              GlobCase letters, GlobExtent extent)
      : pattern_(pattern),
        path_(std::move(path)),
        letters_(letters),
        extent_(extent),
        failed_((pattern_.size() + 1) * (path_.size() + 1)) {}

  bool from(size_t p, size_t n) {
    if (p == pattern_.size())
      return n == path_.size() || (n + 1 == path_.size() && path_[n].empty());
    if (n == path_.size()) return extent_ == GlobExtent::kLeading;
    size_t key = p * (path_.size() + 1) + n;
    if (failed_[key]) return false;
    bool matched =
        pattern_[p] == "**"
            ? p + 1 == pattern_.size() || from(p + 1, n) || from(p, n + 1)
            : ComponentMatcher(pattern_[p], path_[n], letters_).run() && from(p + 1, n + 1);
    failed_[key] = !matched;
    return matched;
  }

 private:
  const std::vector<std::string>& pattern_;
  std::vector<std::string_view> path_;
  GlobCase letters_;
  GlobExtent extent_;
  std::vector<bool> failed_;
};

// The first pair of braces with a comma between them at their own level.
struct Braces {
  size_t open;
  std::vector<size_t> cuts;  // commas and the closing brace
};

std::optional<Braces> find_braces(std::string_view text) {
  for (size_t open = 0; open < text.size(); ++open) {
    if (text[open] == '\\')
      ++open;
    else if (text[open] == '{') {
      Braces found{open, {}};
      int depth = 0;
      for (size_t at = open; at < text.size(); ++at) {
        if (text[at] == '\\')
          ++at;
        else if (text[at] == '{')
          ++depth;
        else if (text[at] == ',' && depth == 1)
          found.cuts.push_back(at);
        else if (text[at] == '}' && --depth == 0) {
          if (found.cuts.empty()) break;
          found.cuts.push_back(at);
          return found;
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view pattern) {
  std::vector<std::string> waiting{std::string(pattern)};
  std::vector<std::string> done;
  while (!waiting.empty()) {
    std::string text = std::move(waiting.back());
    waiting.pop_back();
    auto braces = find_braces(text);
    if (!braces || done.size() + waiting.size() + braces->cuts.size() > kMaxAlternatives) {
      done.push_back(std::move(text));
      continue;
    }
    // Backwards, so that the first alternative is the next one taken.
    std::string_view tail = std::string_view(text).substr(braces->cuts.back() + 1);
    for (size_t i = braces->cuts.size(); i-- > 0;) {
      size_t start = (i == 0 ? braces->open : braces->cuts[i - 1]) + 1;
      waiting.push_back(text.substr(0, braces->open) + text.substr(start, braces->cuts[i] - start) +
                        std::string(tail));
    }
  }
  return done;
}

Glob::Glob(std::string_view pattern, GlobCase letters) : letters_(letters) {
  while (pattern.starts_with('!')) {
    negated_ = !negated_;
    pattern.remove_prefix(1);
  }
  for (const std::string& alternative : expand_braces(pattern)) {
    Components components;
    for (std::string_view part : components_of(alternative)) components.emplace_back(part);
    alternatives_.push_back(std::move(components));
  }
}

bool Glob::is_about_names() const {
  for (const Components& parts : alternatives_)
    if (parts.size() <= (parts.back().empty() ? 2u : 1u)) return true;
  return false;
}

bool Glob::matches(std::string_view path, GlobExtent extent) const {
  if (path == "/" && extent == GlobExtent::kLeading) return true;
  std::vector<std::string_view> parts = components_of(path);
  std::string_view name = parts.back();
  for (size_t i = parts.size(); name.empty() && i-- > 0;) name = parts[i];
  for (const Components& pattern : alternatives_) {
    PathMatcher matcher(pattern, pattern.size() == 1 ? std::vector<std::string_view>{name} : parts,
                        letters_, extent);
    if (matcher.from(0, 0)) return true;
  }
  return false;
}

}  // namespace ingot
