#include "packer/acquire/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/percent.h"

namespace ingot {
namespace {

constexpr size_t kMaxUrlBytes = 8192;

bool is_unambiguous(std::string_view text) {
  return !text.empty() && text.size() <= kMaxUrlBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '\\';
         });
}

// Up to the first of `ends`, which is left at the beginning of `rest`.
std::string_view take_until(std::string_view& rest, const char* ends) {
  size_t end = std::min(rest.find_first_of(ends), rest.size());
  std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end);
  return taken;
}

// In the one way to write it; nothing when it is no address of that family.
std::optional<std::string> canonical_address(int family, const std::string& text) {
  in6_addr address;  // the larger one
  char out[INET6_ADDRSTRLEN];
  if (inet_pton(family, text.c_str(), &address) != 1 ||
      inet_ntop(family, &address, out, sizeof out) == nullptr)
    return std::nullopt;
  return out;
}

// "127.1", "0x7f000001" and "017700000001" are the same machine to some and names to others (URL
// standard, section 3.5: the host that ends in a number).
bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string_view label = host.substr(host.rfind('.') + 1);
  bool hexadecimal = label.starts_with("0x");
  if (hexadecimal) label.remove_prefix(2);
  return (hexadecimal || !label.empty()) && std::ranges::all_of(label, [&](char c) {
           return ascii::is_digit(c) || (hexadecimal && c >= 'a' && c <= 'f');
         });
}

// Bytes of UTF-8 are left to libcurl and its library of international names.
bool is_host_character(char c) {
  return ascii::is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::optional<std::string> read_host(std::string_view text) {
  std::string host = ascii::lower(text);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    auto address = canonical_address(AF_INET6, host.substr(1, host.size() - 2));
    return address ? std::optional("[" + *address + "]") : std::nullopt;
  }
  if (host.empty() || !std::ranges::all_of(host, is_host_character)) return std::nullopt;
  return ends_in_number(host) ? canonical_address(AF_INET, host) : host;
}

// Without the dot segments (RFC 3986, section 5.2.4).
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view last;
  while (!path.empty()) {
    path.remove_prefix(1);
    last = take_until(path, "/");
    if (last == ".." && !kept.empty()) kept.pop_back();
    if (last != "." && last != "..") kept.push_back(last);
  }
  std::string out;
  for (std::string_view segment : kept) out.append("/").append(segment);
  if (out.empty() || last == "." || last == "..") out += '/';
  return out;
}

// The text between "//" and the path.
bool read_authority(std::string_view text, Url& url) {
  if (size_t at = text.find('@'); at != std::string_view::npos) {
    std::string_view account = text.substr(0, at);
    url.user = percent_decode(take_until(account, ":"));
    if (!account.empty()) url.password = percent_decode(account.substr(1));
    for (const std::string* part : {&url.user, &url.password})
      if (std::ranges::any_of(*part, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return false;
    text.remove_prefix(at + 1);
  }
  // The colons of an IPv6 address are no separators.
  size_t bracket = text.find(']');
  size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  auto host = read_host(text.substr(0, colon));
  if (!host) return false;
  url.host = std::move(*host);
  if (colon == std::string_view::npos || colon + 1 == text.size()) return true;
  std::string_view digits = text.substr(colon + 1);
  uint16_t port = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  if (port != (url.scheme == "https" ? 443 : 80)) url.port = std::to_string(port);
  return true;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Error invalid = input_error("url-invalid", "not a http or https address");
  if (!is_unambiguous(text)) return fail(std::move(invalid));
  std::string_view rest = text.substr(0, text.find('#'));
  Url url;
  url.scheme = ascii::lower(take_until(rest, ":"));
  if ((url.scheme != "http" && url.scheme != "https") || !rest.starts_with("://"))
    return fail(std::move(invalid));
  rest.remove_prefix(3);
  if (!read_authority(take_until(rest, "/?"), url)) return fail(std::move(invalid));
  url.path = without_dots(take_until(rest, "?"));
  if (!rest.empty()) url.query = rest.substr(1);
  return url;
}

std::string Url::authority() const {
  return port.empty() ? host : host + ":" + port;
}

bool Url::same_origin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

bool Url::is_loopback() const {
  // "127.example.org" is a name and may lead anywhere.
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::string Url::text() const {
  std::string out = scheme + "://" + authority() + path;
  if (!query.empty()) out += "?" + query;
  return out;
}

std::string displayed_url(std::string_view text) {
  auto url = Url::parse(text);
  if (!url) return "(an unreadable URL)";
  url->query.clear();
  return url->text();
}

}  // namespace ingot
