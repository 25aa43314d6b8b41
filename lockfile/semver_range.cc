// npm's range grammar: https://github.com/npm/node-semver, section "Range Grammar" of its README.
// Every form is turned into comparators here; nothing else knows what "^" or "x" mean.
#include <algorithm>

#include "lockfile/semver.h"
#include "lockfile/semver_text.h"

namespace ingot {
namespace {

using Comparators = std::vector<Comparator>;

// "1", "1.x", "1.2.3-beta": a version whose numbers may be missing or wild.
struct Partial {
  std::optional<uint64_t> major, minor, patch;
  bool minor_written = false;  // even if as "x"
  bool patch_written = false;
  std::vector<PrereleaseIdentifier> prerelease;
};

bool is_wild(char c) {
  return c == 'x' || c == 'X' || c == '*';
}

std::vector<PrereleaseIdentifier> lowest_prerelease() {
  return {PrereleaseIdentifier{true, "0"}};
}

// Reads all of `text`, which may begin with any mix of "v", "=" and blanks.
std::optional<Partial> parse_partial(std::string_view text, SemverMode mode) {
  size_t start = text.find_first_not_of("v= \t\r\n\f\v");
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start);

  Partial partial;
  std::optional<uint64_t>* numbers[] = {&partial.major, &partial.minor, &partial.patch};
  for (size_t i = 0;; ++i) {
    if (i == 1) partial.minor_written = true;
    if (i == 2) partial.patch_written = true;
    std::string_view rest;
    if (!text.empty() && is_wild(text[0])) {
      rest = text.substr(1);
      if (i == 2) {
        auto tail = parse_version_tail(rest, mode);
        if (!tail) return std::nullopt;
        partial.prerelease = std::move(tail->prerelease);
        return partial;
      }
    } else if (i == 2) {
      auto last = parse_patch_and_tail(text, mode);
      if (!last) return std::nullopt;
      *numbers[i] = version_number(last->patch);
      partial.prerelease = std::move(last->tail.prerelease);
      return numbers[i]->has_value() ? std::optional(partial) : std::nullopt;
    } else {
      size_t size = number_size(text, mode);
      if (size == 0) return std::nullopt;
      *numbers[i] = version_number(text.substr(0, size));
      if (!numbers[i]->has_value()) return std::nullopt;
      rest = text.substr(size);
    }
    if (rest.empty()) return partial;
    if (rest[0] != '.') return std::nullopt;
    text = rest.substr(1);
  }
}

// Collects the comparators of one token; a number that outgrows the limit spoils the whole range.
class Builder {
 public:
  explicit Builder(SemverOptions options) : options_(options) {}

  // The lower bound of a form with missing numbers; with prereleases included it is "-0".
  void at_least(uint64_t major, uint64_t minor, uint64_t patch) {
    add(ComparatorOperator::kGreaterOrEqual, major, minor, patch,
        options_.include_prerelease ? lowest_prerelease() : std::vector<PrereleaseIdentifier>{});
  }
  // An upper bound is always "-0": <2.0.0-0 leaves out 2.0.0-alpha as well.
  void below(uint64_t major, uint64_t minor, uint64_t patch) {
    add(ComparatorOperator::kLess, major, minor, patch, lowest_prerelease());
  }
  void nothing() { below(0, 0, 0); }
  void any() { out_.push_back({}); }
  void add(ComparatorOperator op, uint64_t major, uint64_t minor, uint64_t patch,
           std::vector<PrereleaseIdentifier> prerelease) {
    if (major > kMaxVersionNumber || minor > kMaxVersionNumber || patch > kMaxVersionNumber)
      valid_ = false;
    Version version;
    version.major = major;
    version.minor = minor;
    version.patch = patch;
    version.prerelease = std::move(prerelease);
    add(op, std::move(version));
  }
  void add(ComparatorOperator op, Version version) {
    out_.push_back({op, std::move(version)});
    // ">=0.0.0" forbids nothing.
    const Comparator& last = out_.back();
    std::string_view everything = options_.include_prerelease ? ">=0.0.0-0" : ">=0.0.0";
    if (op == ComparatorOperator::kGreaterOrEqual && last.text() == everything)
      out_.back() = Comparator{};
  }
  void invalid() { valid_ = false; }

  std::optional<Comparators> take() {
    return valid_ ? std::optional(std::move(out_)) : std::nullopt;
  }

 private:
  SemverOptions options_;
  Comparators out_;
  bool valid_ = true;
};

// What "~" and "^" have in common. False when that is all: there is no minor number to go by.
bool add_from(const Partial& p, Builder& out) {
  if (!p.major) {
    out.any();
    return false;
  }
  if (!p.minor) {
    out.at_least(*p.major, 0, 0);
    out.below(*p.major + 1, 0, 0);
    return false;
  }
  if (!p.patch)
    out.at_least(*p.major, *p.minor, 0);
  else
    out.add(ComparatorOperator::kGreaterOrEqual, *p.major, *p.minor, *p.patch, p.prerelease);
  return true;
}

void add_tilde(const Partial& p, Builder& out) {
  if (add_from(p, out)) out.below(*p.major, *p.minor + 1, 0);
}

// Everything that leaves the first number that is not 0 as it is.
void add_caret(const Partial& p, Builder& out) {
  if (!add_from(p, out)) return;
  if (*p.major != 0)
    out.below(*p.major + 1, 0, 0);
  else if (*p.minor != 0 || !p.patch)
    out.below(0, *p.minor + 1, 0);
  else
    out.below(0, 0, *p.patch + 1);
}

void add_wild_with_operator(ComparatorOperator op, const Partial& p, Builder& out) {
  bool minor_wild = !p.minor;
  uint64_t major = *p.major;
  uint64_t minor = minor_wild ? 0 : *p.minor;
  auto next = [&] {
    return minor_wild ? std::pair(major + 1, uint64_t{0}) : std::pair(major, minor + 1);
  };
  switch (op) {
    case ComparatorOperator::kGreater: {
      auto [next_major, next_minor] = next();
      return out.at_least(next_major, next_minor, 0);
    }
    case ComparatorOperator::kGreaterOrEqual:
      return out.at_least(major, minor, 0);
    case ComparatorOperator::kLess:
      return out.below(major, minor, 0);
    case ComparatorOperator::kLessOrEqual: {
      auto [next_major, next_minor] = next();
      return out.below(next_major, next_minor, 0);
    }
    default:
      out.at_least(major, minor, 0);
      auto [next_major, next_minor] = next();
      return out.below(next_major, next_minor, 0);
  }
}

struct OperatorAndRest {
  ComparatorOperator op;
  std::string_view rest;
};
OperatorAndRest split_operator(std::string_view token) {
  using enum ComparatorOperator;
  if (token.starts_with("<=")) return {kLessOrEqual, token.substr(2)};
  if (token.starts_with(">=")) return {kGreaterOrEqual, token.substr(2)};
  if (token.starts_with('<')) return {kLess, token.substr(1)};
  if (token.starts_with('>')) return {kGreater, token.substr(1)};
  if (token.starts_with('=')) return {kEqual, token.substr(1)};
  return {kEqual, token};
}

// A plain comparator: an operator and a whole version, or nothing at all.
void add_plain(std::string_view token, SemverMode mode, Builder& out) {
  if (token.empty()) return out.any();
  auto [op, rest] = split_operator(token);
  auto version = Version::parse(rest, mode);
  if (!version) return out.invalid();
  version->build.clear();
  out.add(op, std::move(*version));
}

// Removes the first "*" with the operator before it: what is left must be a plain comparator.
std::string without_star(std::string_view token) {
  size_t star = token.find('*');
  if (star == std::string_view::npos) return std::string(token);
  size_t start = star;
  if (start > 0 && token[start - 1] == '=') --start;
  if (start > 0 && (token[start - 1] == '<' || token[start - 1] == '>')) --start;
  return std::string(token.substr(0, start)) + std::string(token.substr(star + 1));
}

void add_token(std::string_view token, SemverOptions options, Builder& out) {
  if (token.starts_with('^'))
    if (auto partial = parse_partial(token.substr(1), options.mode))
      return add_caret(*partial, out);
  if (token.starts_with('~')) {
    std::string_view rest = token.substr(token.starts_with("~>") ? 2 : 1);
    if (auto partial = parse_partial(rest, options.mode)) return add_tilde(*partial, out);
  }
  auto [op, rest] = split_operator(token);
  auto partial = parse_partial(rest, options.mode);
  bool wild = partial && (!partial->major || !partial->minor || !partial->patch);
  // "1.x.2" has a number behind a wild card, which means nothing.
  bool order_wrong =
      partial && ((!partial->major && partial->minor) || (!partial->minor && partial->patch));
  if (!wild || order_wrong) return add_plain(without_star(token), options.mode, out);
  if (!partial->major) {
    bool none = op == ComparatorOperator::kLess || op == ComparatorOperator::kGreater;
    return none ? out.nothing() : out.any();
  }
  add_wild_with_operator(op, *partial, out);
}

// "1.2 - 3.4.5". Nothing when the text has not that form.
std::optional<Comparators> parse_hyphen(std::string_view text, SemverOptions options) {
  size_t dash = text.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  auto low = parse_partial(trim_semver_space(text.substr(0, dash)), options.mode);
  auto high = parse_partial(trim_semver_space(text.substr(dash + 3)), options.mode);
  if (!low || !high) return std::nullopt;
  Builder out(options);
  if (!low->major)
    out.any();
  else if (!low->minor)
    out.at_least(*low->major, 0, 0);
  else if (!low->patch)
    out.at_least(*low->major, *low->minor, 0);
  else if (low->prerelease.empty())
    out.at_least(*low->major, *low->minor, *low->patch);
  else
    out.add(ComparatorOperator::kGreaterOrEqual, *low->major, *low->minor, *low->patch,
            low->prerelease);
  if (!high->major)
    out.any();
  else if (!high->minor)
    out.below(*high->major + 1, 0, 0);
  else if (!high->patch)
    out.below(*high->major, *high->minor + 1, 0);
  else if (high->prerelease.empty() && options.include_prerelease)
    out.below(*high->major, *high->minor, *high->patch + 1);
  else
    out.add(ComparatorOperator::kLessOrEqual, *high->major, *high->minor, *high->patch,
            high->prerelease);
  return out.take();
}

// "> 1.2.3" -> ">1.2.3", "~> 1" -> "~1": blanks between an operator and its version do not count.
std::string join_operators(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    bool after_operator =
        !out.empty() && std::string_view("<>=~^").find(out.back()) != std::string_view::npos;
    if (text[i] == ' ' && after_operator) continue;
    out += text[i];
  }
  return out;
}

// Drops "+build.5" wherever it stands.
std::string without_builds(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '+') {
      out += text[i++];
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) ||
                                 text[end] == '-' || text[end] == '.'))
      ++end;
    if (end == i + 1) out += '+';
    i = end;
  }
  return out;
}

// One of the alternatives between "||". An empty list: nothing in it could be read (loose only).
std::optional<Comparators> parse_alternative(std::string_view raw, SemverOptions options) {
  std::string text = without_builds(raw);
  if (auto hyphen = parse_hyphen(text, options)) return hyphen;
  text = join_operators(text);
  Comparators found;
  std::string_view rest = text;
  while (true) {
    size_t blank = rest.find(' ');
    Builder out(options);
    add_token(rest.substr(0, blank), options, out);
    if (auto comparators = out.take())
      std::ranges::move(*comparators, std::back_inserter(found));
    else if (options.mode == SemverMode::kStrict)
      return std::nullopt;
    if (blank == std::string_view::npos) break;
    rest.remove_prefix(blank + 1);
  }
  return found;
}

bool is_nothing(const Comparator& comparator) {
  return comparator.op == ComparatorOperator::kLess && comparator.version.text() == "0.0.0-0";
}

// Without repetitions, and without "any" beside something else.
Comparators simplified(Comparators comparators) {
  Comparators out;
  for (Comparator& comparator : comparators) {
    if (is_nothing(comparator)) return {comparator};
    auto same = [&](const Comparator& other) { return other.text() == comparator.text(); };
    if (std::ranges::none_of(out, same)) out.push_back(std::move(comparator));
  }
  if (out.size() > 1)
    std::erase_if(out, [](const Comparator& c) { return c.op == ComparatorOperator::kAny; });
  return out;
}

std::string single_spaced(std::string_view text) {
  std::string out;
  for (char c : trim_semver_space(text)) {
    bool space = kSemverSpace.find(c) != std::string_view::npos;
    if (space && out.back() == ' ') continue;
    out += space ? ' ' : c;
  }
  return out;
}

bool goes_up(ComparatorOperator op) {
  return op == ComparatorOperator::kGreater || op == ComparatorOperator::kGreaterOrEqual;
}
bool is_inclusive(ComparatorOperator op) {
  return op == ComparatorOperator::kLessOrEqual || op == ComparatorOperator::kGreaterOrEqual;
}

bool set_allows(const Comparators& set, const Version& version, SemverOptions options) {
  for (const Comparator& comparator : set)
    if (!comparator.test(version)) return false;
  if (version.prerelease.empty() || options.include_prerelease) return true;
  // A prerelease is allowed only where the range speaks of prereleases of the same three numbers.
  return std::ranges::any_of(set, [&](const Comparator& comparator) {
    return comparator.op != ComparatorOperator::kAny && !comparator.version.prerelease.empty() &&
           comparator.version.major == version.major && comparator.version.minor == version.minor &&
           comparator.version.patch == version.patch;
  });
}

bool comparators_intersect(const Comparator& a, const Comparator& b, SemverOptions options) {
  if (a.op == ComparatorOperator::kAny || b.op == ComparatorOperator::kAny) return true;
  if (a.op == ComparatorOperator::kEqual) return set_allows({b}, a.version, options);
  if (b.op == ComparatorOperator::kEqual) return set_allows({a}, b.version, options);
  for (const Comparator* one : {&a, &b}) {
    std::string text = one->text();
    // Nothing is lower than this.
    if (options.include_prerelease ? text == "<0.0.0-0" : text.starts_with("<0.0.0")) return false;
  }
  if (goes_up(a.op) == goes_up(b.op)) return true;
  const Comparator& low = goes_up(a.op) ? a : b;
  const Comparator& high = goes_up(a.op) ? b : a;
  if (low.version == high.version) return is_inclusive(low.op) && is_inclusive(high.op);
  return low.version < high.version;
}

bool sets_intersect(const Comparators& a, const Comparators& b, SemverOptions options) {
  return std::ranges::all_of(a, [&](const Comparator& x) {
    return std::ranges::all_of(
        b, [&](const Comparator& y) { return comparators_intersect(x, y, options); });
  });
}

}  // namespace

bool Comparator::test(const Version& candidate) const {
  switch (op) {
    case ComparatorOperator::kAny:
      return true;
    case ComparatorOperator::kEqual:
      return candidate == version;
    case ComparatorOperator::kLess:
      return candidate < version;
    case ComparatorOperator::kLessOrEqual:
      return candidate <= version;
    case ComparatorOperator::kGreater:
      return candidate > version;
    case ComparatorOperator::kGreaterOrEqual:
      return candidate >= version;
  }
  return false;
}

std::string Comparator::text() const {
  switch (op) {
    case ComparatorOperator::kAny:
      return "";
    case ComparatorOperator::kEqual:
      return version.text();
    case ComparatorOperator::kLess:
      return '<' + version.text();
    case ComparatorOperator::kLessOrEqual:
      return "<=" + version.text();
    case ComparatorOperator::kGreater:
      return '>' + version.text();
    case ComparatorOperator::kGreaterOrEqual:
      return ">=" + version.text();
  }
  return "";
}

std::optional<VersionRange> VersionRange::parse(std::string_view text, SemverOptions options) {
  if (text.size() > kMaxRangeSize) return std::nullopt;
  VersionRange range;
  range.options_ = options;
  std::string spaced = single_spaced(text);
  std::string_view rest = spaced;
  while (true) {
    size_t bars = rest.find("||");
    auto set = parse_alternative(trim_semver_space(rest.substr(0, bars)), options);
    if (!set) return std::nullopt;
    if (!set->empty()) range.sets_.push_back(simplified(std::move(*set)));
    if (bars == std::string_view::npos) break;
    rest.remove_prefix(bars + 2);
  }
  if (range.sets_.empty()) return std::nullopt;
  if (range.sets_.size() == 1) return range;

  Comparators first = range.sets_.front();
  std::erase_if(range.sets_, [](const Comparators& set) { return is_nothing(set.front()); });
  if (range.sets_.empty()) range.sets_.push_back(std::move(first));
  for (const Comparators& set : range.sets_) {
    if (set.size() != 1 || set.front().op != ComparatorOperator::kAny) continue;
    range.sets_ = {{Comparator{}}};
    break;
  }
  return range;
}

bool VersionRange::test(const Version& version) const {
  return std::ranges::any_of(
      sets_, [&](const Comparators& set) { return set_allows(set, version, options_); });
}

bool VersionRange::intersects(const VersionRange& other) const {
  for (const Comparators& a : sets_) {
    if (!sets_intersect(a, a, options_)) continue;
    for (const Comparators& b : other.sets_)
      if (sets_intersect(b, b, options_) && sets_intersect(a, b, options_)) return true;
  }
  return false;
}

std::string VersionRange::text() const {
  std::string out;
  for (size_t i = 0; i < sets_.size(); ++i) {
    if (i > 0) out += "||";
    for (size_t k = 0; k < sets_[i].size(); ++k) out += (k > 0 ? " " : "") + sets_[i][k].text();
  }
  return out;
}

}  // namespace ingot
