#include "packer/acquire/transfer.h"

#include <algorithm>

#include "packer/acquire/registry.h"

namespace ingot {
namespace {

// What a server says beside the file (an error page) is read this far, to keep the connection.
constexpr uint64_t kMaxDiscarded = 256 << 10;
// A Content-Length is believed this far when memory is set aside.
constexpr uint64_t kMaxReserved = 64 << 20;

std::string part_of(const CurlLibrary& curl, CURLU* handle, CURLUPart part) {
  char* text = nullptr;
  if (curl.url_get(handle, part, &text, CURLU_NO_DEFAULT_PORT) != CURLUE_OK) return "";
  std::string out = text;
  curl.free(text);
  return out;
}

}  // namespace

bool is_read_alike(const CurlLibrary& curl, const Url& url) {
  std::unique_ptr<CURLU, decltype(curl.url_cleanup)> handle(curl.url(), curl.url_cleanup);
  INGOT_CHECK(handle != nullptr);
  if (curl.url_set(handle.get(), CURLUPART_URL, url.text().c_str(), 0) != CURLUE_OK) return false;
  auto part = [&](CURLUPart which) { return part_of(curl, handle.get(), which); };
  return part(CURLUPART_SCHEME) == url.scheme && part(CURLUPART_HOST) == url.host &&
         part(CURLUPART_PORT) == url.port && part(CURLUPART_PATH) == url.path &&
         part(CURLUPART_QUERY) == url.query && part(CURLUPART_USER).empty();
}

template <typename Value>
void Transfer::set(CURLoption option, Value value) {
  INGOT_CHECK(curl_.easy_setopt(handle_.get(), option, value) == CURLE_OK);
}

template <typename Value>
Value Transfer::get(CURLINFO info) const {
  Value value{};
  curl_.easy_getinfo(handle_.get(), info, &value);
  return value;
}

Transfer::Transfer(const TransferSettings& settings, const Url& url,
                   const std::optional<std::string>& authorization)
    : curl_(settings.curl),
      headers_(nullptr, curl_.slist_free_all),
      handle_(curl_.easy_init(), curl_.easy_cleanup),
      max_bytes_(settings.limits.max_bytes) {
  INGOT_CHECK(handle_ != nullptr);
  // Redirects are ours to follow: libcurl does not know which host a credential belongs to.
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_URL, url.text().c_str());
  set(CURLOPT_USERAGENT, "ingot");
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_head_line);
  set(CURLOPT_HEADERDATA, this);
  if (authorization) {
    headers_.reset(curl_.slist_append(nullptr, ("Authorization: " + *authorization).c_str()));
    INGOT_CHECK(headers_ != nullptr);
    set(CURLOPT_HTTPHEADER, headers_.get());
  }
  set_connection_options(settings, url);
  set_trust_options(settings);
  set_client_certificate(settings, url);
}

void Transfer::set_connection_options(const TransferSettings& settings, const Url& url) {
  const DownloadLimits& limits = settings.limits;
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout_ms));
  set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.min_bytes_per_second));
  unsigned stall_ms = limits.stall_seconds * 1000;
  if (settings.config.fetch_timeout_ms > 0)
    stall_ms = std::min(stall_ms, settings.config.fetch_timeout_ms);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max(1u, stall_ms / 1000)));

  // Set even when empty: libcurl would otherwise ask the environment itself.
  const ProxySettings& proxy = settings.config.proxy;
  set(CURLOPT_PROXY, url.scheme == "https" ? proxy.for_https.c_str() : proxy.for_http.c_str());
  set(CURLOPT_NOPROXY, proxy.except.c_str());
}

void Transfer::set_trust_options(const TransferSettings& settings) {
  if (!settings.config.trust.verify) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    return;
  }
  const TrustAnchors& anchors = settings.anchors;
  if (!anchors.file.empty()) {
    set(CURLOPT_CAINFO, anchors.file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  } else if (!anchors.pem.empty()) {
    curl_blob blob{const_cast<char*>(anchors.pem.data()), anchors.pem.size(), CURL_BLOB_NOCOPY};
    set(CURLOPT_CAINFO_BLOB, &blob);
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

void Transfer::set_client_certificate(const TransferSettings& settings, const Url& url) {
  const ClientCertificate* client = client_certificate_for(settings.config, url);
  if (client == nullptr) return;
  auto blob = [](const std::string& text) {
    return curl_blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
  };
  curl_blob certificate = blob(client->certificate), key = blob(client->key);
  set(CURLOPT_SSLCERT_BLOB, &certificate);
  set(CURLOPT_SSLKEY_BLOB, &key);
}

long Transfer::status() const {
  long status = get<long>(CURLINFO_RESPONSE_CODE);
  return head_is_whole_ && status >= 200 ? status : 0;
}

std::string Transfer::redirect_target() const {
  const char* target = get<const char*>(CURLINFO_REDIRECT_URL);
  return target != nullptr ? target : "";
}

unsigned Transfer::retry_after_seconds() const {
  return static_cast<unsigned>(
      std::clamp<curl_off_t>(get<curl_off_t>(CURLINFO_RETRY_AFTER), 0, 86'400));
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self) {
  ByteView piece(reinterpret_cast<const uint8_t*>(data), size * count);
  return static_cast<Transfer*>(self)->accept(piece) ? piece.size() : 0;
}

// Several heads may come: of a proxy, of "100 Continue", of the answer.
size_t Transfer::on_head_line(char* data, size_t size, size_t count, void* self) {
  std::string_view line(data, size * count);
  static_cast<Transfer*>(self)->head_is_whole_ = line == "\r\n" || line == "\n";
  return line.size();
}

bool Transfer::accept(ByteView piece) {
  if (status() != 200) {
    discarded_ += piece.size();
    return discarded_ <= kMaxDiscarded;
  }
  // -1 when the server does not tell.
  curl_off_t told = get<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  uint64_t promised = static_cast<uint64_t>(std::max<curl_off_t>(told, 0));
  if (promised > max_bytes_ || piece.size() > max_bytes_ - body_.size()) {
    too_large_ = true;
    return false;
  }
  if (body_.empty()) body_.reserve(std::min(promised, kMaxReserved));
  body_.insert(body_.end(), piece.begin(), piece.end());
  return true;
}

}  // namespace ingot
