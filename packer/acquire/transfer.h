// One HTTP exchange: a request, its answer, no redirect followed and nothing retried.
//
// Owns a libcurl handle and every option set on it. packer/acquire/download.cc runs many of them
// and decides what an answer means.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "packer/acquire/curl_library.h"
#include "packer/acquire/download.h"
#include "packer/acquire/trust.h"

namespace ingot {

// What all exchanges of one run have in common.
struct TransferSettings {
  const CurlLibrary& curl;
  const NpmConfig& config;
  const DownloadLimits& limits;
  const TrustAnchors& anchors;
};

// Whether libcurl finds the same in the address's text: it is what connects.
bool is_read_alike(const CurlLibrary& curl, const Url& url);

class Transfer {
 public:
  // `authorization`: the value of that header. The object must stay where it is while it runs.
  Transfer(const TransferSettings& settings, const Url& url,
           const std::optional<std::string>& authorization);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return handle_.get(); }
  // 0 when there was no answer with a whole head: libcurl takes a connection that is cut inside the
  // head for an empty file.
  long status() const;
  // Where the answer sends us, made absolute; empty when it sends us nowhere.
  std::string redirect_target() const;
  unsigned retry_after_seconds() const;
  bool is_too_large() const { return too_large_; }
  uint64_t received() const { return body_.size(); }
  Bytes take_body() { return std::move(body_); }

 private:
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  static size_t on_head_line(char* data, size_t size, size_t count, void* self);
  bool accept(ByteView piece);
  void set_connection_options(const TransferSettings& settings, const Url& url);
  void set_trust_options(const TransferSettings& settings);
  void set_client_certificate(const TransferSettings& settings, const Url& url);

  template <typename Value>
  void set(CURLoption option, Value value);
  template <typename Value>
  Value get(CURLINFO info) const;

  const CurlLibrary& curl_;
  std::unique_ptr<curl_slist, decltype(CurlLibrary::slist_free_all)> headers_;
  std::unique_ptr<CURL, decltype(CurlLibrary::easy_cleanup)> handle_;
  Bytes body_;
  uint64_t max_bytes_;
  uint64_t discarded_ = 0;
  bool too_large_ = false;
  bool head_is_whole_ = false;
};

}  // namespace ingot
