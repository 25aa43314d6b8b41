// Gets many addresses at once over HTTPS, by libcurl.
//
// Owns connections, redirects, retries, caps and the wording of what went wrong on the way. Sends
// credentials only where packer/acquire/registry.h allows it and to the first origin only: a
// redirect to another host is followed without them. Never judges the bytes it gets, and never puts
// a credential into a message.
//
// Error codes: "registry-not-found" (404, 410), "registry-unauthorized" (401, 403),
// "registry-error" (any other answer that is not the file), "network-error" (no answer),
// "network-untrusted" (whose certificate is not believed), "network-library-missing" (libcurl
// itself), "download-too-large", "url-insecure" (http where it is not allowed), "url-invalid" (that
// libcurl takes for another).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/byte_view.h"
#include "base/result.h"
#include "packer/acquire/npm_config.h"
#include "packer/acquire/progress.h"
#include "packer/acquire/url.h"

namespace ingot {

struct DownloadLimits {
  unsigned connections = 16;                 // at once; npm's "maxsockets" may lower it
  uint64_t max_bytes = uint64_t{512} << 20;  // of one file
  unsigned max_redirects = 5;
  unsigned connect_timeout_ms = 30'000;
  unsigned min_bytes_per_second = 256;  // less than this for `stall_seconds`: given up
  unsigned stall_seconds = 60;          // npm's "fetch-timeout" may lower it
};

struct DownloadRequest {
  std::string what;  // "is-odd@3.0.1", for messages
  Url url;
};

// Called once for each request, in the order of completion, on the thread that called `download`.
using DownloadDone = std::function<void(size_t request, Result<Bytes> body)>;

// Returns when every request is done. A server that cannot be reached at all is not asked for the
// rest: their error is "network-error" too. Waits between retries grow by a fixed factor, without
// jitter.
void download(const std::vector<DownloadRequest>& requests, const NpmConfig& config,
              const DownloadLimits& limits, ProgressSink& progress, const DownloadDone& done);

}  // namespace ingot
