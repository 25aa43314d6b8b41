// The certificates that TLS connections are checked against, as libcurl wants them.
//
// Owns turning `TrustSettings` into one file or one block of PEM text. Never connects.
#pragma once

#include <string>

#include "base/result.h"
#include "packer/acquire/npm_config.h"

namespace ingot {

// Both empty: what the TLS library was built with. At most one is set; a file is preferred, because
// libcurl then reads it once and not once per connection.
struct TrustAnchors {
  std::string file;
  std::string pem;
};

// `built_in`: the file that the TLS library reads by itself, or "". Error "npm-config-invalid" when
// a file cannot be read.
Result<TrustAnchors> load_trust_anchors(const TrustSettings& settings, const std::string& built_in,
                                        const FileSystem& files);

}  // namespace ingot
