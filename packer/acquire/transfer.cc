#include "packer/acquire/transfer.h"

#include <algorithm>

#include "packer/acquire/registry.h"

namespace ingot {
namespace {

// What a server says beside the file (an error page) is read this far, to keep the connection.
constexpr uint64_t kMaxDiscarded = 256 << 10;
// A Content-Length is believed this far when memory is set aside.
constexpr uint64_t kMaxReserved = 64 << 20;

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  INGOT_CHECK(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

long number_of(CURL* handle, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}

curl_off_t size_of(CURL* handle, CURLINFO info) {
  curl_off_t value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}

}  // namespace

Transfer::Transfer(const TransferSettings& settings, const Url& url,
                   const std::optional<std::string>& authorization)
    : handle_(curl_easy_init()), max_bytes_(settings.limits.max_bytes) {
  INGOT_CHECK(handle_ != nullptr);
  CURL* handle = handle_.get();
  // Redirects are ours to follow: libcurl does not know which host a credential belongs to.
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_URL, url.text().c_str());
  set(handle, CURLOPT_USERAGENT, "ingot");
  set(handle, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(handle, CURLOPT_WRITEDATA, this);
  set(handle, CURLOPT_HEADERFUNCTION, &Transfer::on_head_line);
  set(handle, CURLOPT_HEADERDATA, this);
  if (authorization) {
    headers_.reset(curl_slist_append(nullptr, ("Authorization: " + *authorization).c_str()));
    INGOT_CHECK(headers_ != nullptr);
    set(handle, CURLOPT_HTTPHEADER, headers_.get());
  }
  set_connection_options(settings, url);
  set_trust_options(settings);
  set_client_certificate(settings, url);
}

void Transfer::set_connection_options(const TransferSettings& settings, const Url& url) {
  CURL* handle = handle_.get();
  const DownloadLimits& limits = settings.limits;
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout_ms));
  set(handle, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.min_bytes_per_second));
  unsigned stall_ms = limits.stall_seconds * 1000;
  if (settings.config.fetch_timeout_ms > 0)
    stall_ms = std::min(stall_ms, settings.config.fetch_timeout_ms);
  set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max(1u, stall_ms / 1000)));

  // Set even when empty: libcurl would otherwise ask the environment itself.
  const ProxySettings& proxy = settings.config.proxy;
  set(handle, CURLOPT_PROXY,
      url.scheme == "https" ? proxy.for_https.c_str() : proxy.for_http.c_str());
  set(handle, CURLOPT_NOPROXY, proxy.except.c_str());
}

void Transfer::set_trust_options(const TransferSettings& settings) {
  CURL* handle = handle_.get();
  if (!settings.config.trust.verify) {
    set(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    return;
  }
  const TrustAnchors& anchors = settings.anchors;
  if (!anchors.file.empty()) {
    set(handle, CURLOPT_CAINFO, anchors.file.c_str());
    set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  } else if (!anchors.pem.empty()) {
    curl_blob blob{const_cast<char*>(anchors.pem.data()), anchors.pem.size(), CURL_BLOB_NOCOPY};
    set(handle, CURLOPT_CAINFO_BLOB, &blob);
    set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

void Transfer::set_client_certificate(const TransferSettings& settings, const Url& url) {
  const ClientCertificate* client = client_certificate_for(settings.config, url);
  if (client == nullptr) return;
  auto blob = [](const std::string& text) {
    return curl_blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
  };
  curl_blob certificate = blob(client->certificate), key = blob(client->key);
  set(handle_.get(), CURLOPT_SSLCERT_BLOB, &certificate);
  set(handle_.get(), CURLOPT_SSLKEY_BLOB, &key);
}

long Transfer::status() const {
  long status = number_of(handle_.get(), CURLINFO_RESPONSE_CODE);
  return head_is_whole_ && status >= 200 ? status : 0;
}

std::string Transfer::redirect_target() const {
  char* target = nullptr;
  curl_easy_getinfo(handle_.get(), CURLINFO_REDIRECT_URL, &target);
  return target != nullptr ? target : "";
}

unsigned Transfer::retry_after_seconds() const {
  return static_cast<unsigned>(
      std::clamp<curl_off_t>(size_of(handle_.get(), CURLINFO_RETRY_AFTER), 0, 86'400));
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
  curl_off_t told = size_of(handle_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
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
