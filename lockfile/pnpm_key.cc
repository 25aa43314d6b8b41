#include "lockfile/pnpm_key.h"

namespace ingot {
namespace {

bool contains(std::string_view text, char c) {
  return text.find(c) != std::string_view::npos;
}

// Where the parentheses at the end of a key begin: they are balanced and touch each other.
size_t suffix_start(std::string_view key) {
  size_t end = key.size();
  while (end > 0 && key[end - 1] == ')') {
    size_t depth = 0, at = end;
    while (at > 0) {
      --at;
      if (key[at] == ')') ++depth;
      if (key[at] == '(' && --depth == 0) break;
    }
    if (depth != 0) break;
    end = at;
  }
  return end;
}

PnpmName split_at_sign(std::string_view key) {
  size_t end = suffix_start(key);
  std::string_view body = key.substr(0, end);
  size_t at = body.find('@', 1);
  if (at == std::string_view::npos) return {{}, body, key.substr(end)};
  return {body.substr(0, at), body.substr(at + 1), key.substr(end)};
}

PnpmName split_slash(std::string_view key) {
  size_t name_end = key.find('/');
  if (key.starts_with('@') && name_end != std::string_view::npos)
    name_end = key.find('/', name_end + 1);
  if (name_end == std::string_view::npos) return {{}, key, {}};
  std::string_view version = key.substr(name_end + 1);
  size_t end = version.find('_');
  if (end == std::string_view::npos) return {key.substr(0, name_end), version, {}};
  return {key.substr(0, name_end), version.substr(0, end), version.substr(end)};
}

std::optional<std::string> key_with_at(std::string_view name, std::string_view reference) {
  size_t at = reference.find('@'), colon = reference.find(':'), bracket = reference.find('(');
  // "name@…" in front of everything that an address or a peer could bring is a whole key.
  bool whole =
      reference.starts_with('@') || (at != std::string_view::npos && at < colon && at < bracket);
  if (whole) return std::string(reference);
  return std::string(name) + "@" + std::string(reference);
}

}  // namespace

bool is_runtime(std::string_view reference) {
  return reference.starts_with("runtime:");
}

std::string_view without_suffix(std::string_view key) {
  return key.substr(0, suffix_start(key));
}

std::optional<std::string> pnpm_key_of(PnpmKeys keys, std::string_view name,
                                       std::string_view reference) {
  if (reference.starts_with("link:")) return std::nullopt;
  if (reference.starts_with("file:./") && keys != PnpmKeys::kAt)
    return "file:" + std::string(reference.substr(7));
  if (keys == PnpmKeys::kAt) return key_with_at(name, reference);
  if (reference.starts_with("file:") || contains(without_suffix(reference), '/'))
    return std::string(reference);
  char separator = keys == PnpmKeys::kSlash ? '/' : '@';
  return "/" + std::string(name) + separator + std::string(reference);
}

PnpmName parse_pnpm_key(PnpmKeys keys, std::string_view key) {
  if (keys == PnpmKeys::kAt) return split_at_sign(key);
  if (key.starts_with('/')) {
    key.remove_prefix(1);
    return keys == PnpmKeys::kSlash ? split_slash(key) : split_at_sign(key);
  }
  size_t end = suffix_start(key);
  return {{}, key.substr(0, end), key.substr(end)};
}

}  // namespace ingot
