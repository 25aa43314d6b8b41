#include "lockfile/semver.h"

#include "base/ascii.h"
#include "lockfile/semver_text.h"

namespace ingot {
namespace {

bool is_identifier_character(char c) {
  return ascii::is_letter_or_digit(c) || c == '-';
}
bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Splits at dots; nothing when a part is empty or holds another character than it may.
std::optional<std::vector<std::string_view>> dotted_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t dot = text.find('.');
    std::string_view part = text.substr(0, dot);
    if (part.empty()) return std::nullopt;
    for (char c : part)
      if (!is_identifier_character(c)) return std::nullopt;
    parts.push_back(part);
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

std::optional<PrereleaseIdentifier> parse_identifier(std::string_view part, SemverMode mode) {
  if (!all_digits(part)) return PrereleaseIdentifier{false, std::string(part)};
  if (mode == SemverMode::kStrict && part.size() > 1 && part[0] == '0') return std::nullopt;
  while (part.size() > 1 && part[0] == '0') part.remove_prefix(1);
  return PrereleaseIdentifier{true, std::string(part)};
}

}  // namespace

std::string_view trim_semver_space(std::string_view text) {
  size_t first = text.find_first_not_of(kSemverSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSemverSpace) - first + 1);
}

size_t number_size(std::string_view text, SemverMode mode) {
  if (mode == SemverMode::kStrict && text.starts_with('0')) return 1;
  size_t size = 0;
  while (size < text.size() && ascii::is_digit(text[size])) ++size;
  return size;
}

std::optional<uint64_t> version_number(std::string_view digits) {
  uint64_t value = 0;
  for (char c : digits) {
    value = value * 10 + static_cast<uint64_t>(c - '0');
    if (value > kMaxVersionNumber) return std::nullopt;
  }
  return value;
}

std::optional<VersionTail> parse_version_tail(std::string_view text, SemverMode mode) {
  VersionTail tail;
  size_t plus = text.find('+');
  if (plus != std::string_view::npos) {
    auto parts = dotted_parts(text.substr(plus + 1));
    if (!parts) return std::nullopt;
    tail.build.assign(parts->begin(), parts->end());
    text = text.substr(0, plus);
  }
  if (text.empty()) return tail;
  if (text[0] == '-' && (mode == SemverMode::kStrict || text.size() > 1))
    text.remove_prefix(1);
  else if (mode == SemverMode::kStrict)
    return std::nullopt;
  auto parts = dotted_parts(text);
  if (!parts) return std::nullopt;
  for (std::string_view part : *parts) {
    auto identifier = parse_identifier(part, mode);
    if (!identifier) return std::nullopt;
    tail.prerelease.push_back(std::move(*identifier));
  }
  return tail;
}

std::optional<PatchAndTail> parse_patch_and_tail(std::string_view text, SemverMode mode) {
  for (size_t size = number_size(text, mode); size > 0; --size) {
    if (auto tail = parse_version_tail(text.substr(size), mode))
      return PatchAndTail{text.substr(0, size), std::move(*tail)};
    if (mode == SemverMode::kStrict) break;
  }
  return std::nullopt;
}

std::strong_ordering PrereleaseIdentifier::operator<=>(const PrereleaseIdentifier& other) const {
  if (numeric != other.numeric)
    return numeric ? std::strong_ordering::less : std::strong_ordering::greater;
  if (numeric && text.size() != other.text.size()) return text.size() <=> other.text.size();
  return text.compare(other.text) <=> 0;
}

std::optional<Version> Version::parse(std::string_view text, SemverMode mode) {
  if (text.size() > kMaxVersionSize) return std::nullopt;
  text = trim_semver_space(text);
  if (mode == SemverMode::kLoose) {
    size_t start = text.find_first_not_of("v= \t\r\n\f\v");
    text.remove_prefix(start == std::string_view::npos ? text.size() : start);
  } else if (text.starts_with('v')) {
    text.remove_prefix(1);
  }

  Version version;
  for (uint64_t* number : {&version.major, &version.minor}) {
    size_t size = number_size(text, mode);
    if (size == 0 || size == text.size() || text[size] != '.') return std::nullopt;
    auto value = version_number(text.substr(0, size));
    if (!value) return std::nullopt;
    *number = *value;
    text.remove_prefix(size + 1);
  }
  auto rest = parse_patch_and_tail(text, mode);
  if (!rest) return std::nullopt;
  auto patch = version_number(rest->patch);
  if (!patch) return std::nullopt;
  version.patch = *patch;
  version.prerelease = std::move(rest->tail.prerelease);
  version.build = std::move(rest->tail.build);
  return version;
}

std::string Version::text() const {
  std::string out =
      std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
  for (size_t i = 0; i < prerelease.size(); ++i) out += (i == 0 ? '-' : '.') + prerelease[i].text;
  return out;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (auto order = major <=> other.major; order != 0) return order;
  if (auto order = minor <=> other.minor; order != 0) return order;
  if (auto order = patch <=> other.patch; order != 0) return order;
  // A version without prerelease is above all its prereleases.
  if (prerelease.empty() != other.prerelease.empty())
    return prerelease.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  for (size_t i = 0; i < prerelease.size() && i < other.prerelease.size(); ++i)
    if (auto order = prerelease[i] <=> other.prerelease[i]; order != 0) return order;
  return prerelease.size() <=> other.prerelease.size();
}

bool satisfies(std::string_view version, std::string_view range, SemverOptions options) {
  auto parsed_range = VersionRange::parse(range, options);
  if (!parsed_range) return false;
  auto parsed_version = Version::parse(version, options.mode);
  return parsed_version && parsed_range->test(*parsed_version);
}

}  // namespace ingot
