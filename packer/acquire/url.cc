#include "packer/acquire/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace ingot {
namespace {

constexpr size_t kMaxUrlBytes = 8192;

struct FreeUrl {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

std::string part_of(CURLU* handle, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) return "";
  std::string out = text;
  curl_free(text);
  return out;
}

bool is_unambiguous(std::string_view text) {
  return !text.empty() && text.size() <= kMaxUrlBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '\\';
         });
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Error invalid = input_error("url-invalid", "not a http or https address");
  if (!is_unambiguous(text)) return fail(std::move(invalid));
  UrlHandle handle(curl_url());
  INGOT_CHECK(handle != nullptr);
  std::string terminated(text);
  if (curl_url_set(handle.get(), CURLUPART_URL, terminated.c_str(), 0) != CURLUE_OK)
    return fail(std::move(invalid));

  Url url;
  url.scheme = part_of(handle.get(), CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https") return fail(std::move(invalid));
  url.user = part_of(handle.get(), CURLUPART_USER, CURLU_URLDECODE);
  url.password = part_of(handle.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  url.host = part_of(handle.get(), CURLUPART_HOST);
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  url.port = part_of(handle.get(), CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
  url.path = part_of(handle.get(), CURLUPART_PATH);
  url.query = part_of(handle.get(), CURLUPART_QUERY);
  if (url.host.empty()) return fail(std::move(invalid));
  if (url.path.empty()) url.path = "/";
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
