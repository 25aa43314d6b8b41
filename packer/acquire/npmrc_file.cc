#include "packer/acquire/npmrc_file.h"

#include "base/json.h"

namespace ingot {
namespace {

constexpr std::string_view kWhiteSpace = " \t\v\f\r\n";

std::string_view trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

bool is_quoted_with(std::string_view text, char quote) {
  return text.size() >= 2 && text.front() == quote && text.back() == quote;
}

// Takes quotes off, or, where there are none, backslashes and a comment at the end.
std::string unquoted(std::string_view raw) {
  std::string_view text = trimmed(raw);
  if (is_quoted_with(text, '\'')) return std::string(text.substr(1, text.size() - 2));
  if (is_quoted_with(text, '"')) {
    auto literal = JsonDocument::parse(std::string(text), "npmrc");
    return std::string(literal ? literal->root().text() : text);
  }
  std::string out;
  bool escaped = false;
  for (char c : text) {
    bool special = c == ';' || c == '#';
    if (escaped) {
      if (!special && c != '\\') out += '\\';
      out += c;
      escaped = false;
    } else if (special) {
      break;
    } else if (c == '\\') {
      escaped = true;
    } else {
      out += c;
    }
  }
  if (escaped) out += '\\';
  return std::string(trimmed(out));
}

}  // namespace

std::string expand_variables(std::string_view text, const Environment& environment) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    size_t dollar = text.find("${", at);
    size_t close = dollar == std::string_view::npos ? dollar : text.find('}', dollar + 2);
    if (close == std::string_view::npos) break;
    std::string_view name = text.substr(dollar + 2, close - dollar - 2);
    bool may_be_absent = name.ends_with('?');
    if (may_be_absent) name.remove_suffix(1);
    if (name.empty() || name.find_first_of("${?") != std::string_view::npos) {
      out += text.substr(at, dollar + 1 - at);
      at = dollar + 1;
      continue;
    }
    size_t backslashes = 0;
    while (dollar - backslashes > at && text[dollar - backslashes - 1] == '\\') ++backslashes;
    out += text.substr(at, dollar - at - (backslashes + 1) / 2);
    std::string_view expression = text.substr(dollar, close + 1 - dollar);
    auto value = environment.find(name);
    if (backslashes % 2 == 1)
      out += expression;
    else if (value != environment.end())
      out += value->second;
    else if (!may_be_absent)
      out += expression;
    at = close + 1;
  }
  return out.append(text.substr(at));
}

std::vector<NpmrcEntry> parse_npmrc(std::string_view text, const Environment& environment) {
  std::vector<NpmrcEntry> entries;
  bool in_section = false;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    size_t end = text.find_first_of("\r\n");
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == ';' || line.front() == '#') continue;
    if (line.front() == '[' && line.back() == ']') {
      in_section = true;
      continue;
    }
    if (in_section) continue;
    size_t equals = line.find('=');
    if (equals == 0) continue;
    NpmrcEntry entry;
    entry.key = unquoted(line.substr(0, equals));
    // A key alone is a switch that is on.
    entry.value = equals == std::string_view::npos ? "true" : unquoted(line.substr(equals + 1));
    if (entry.key.size() > 2 && entry.key.ends_with("[]")) {
      entry.key.resize(entry.key.size() - 2);
      entry.is_list_element = true;
    }
    entry.key = expand_variables(entry.key, environment);
    entry.value = expand_variables(entry.value, environment);
    if (!entry.key.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace ingot
