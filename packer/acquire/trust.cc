#include "packer/acquire/trust.h"

#include <curl/curl.h>

#include <algorithm>

namespace ingot {
namespace {

constexpr uint64_t kMaxCertificateBytes = 16 << 20;

std::string system_file(const TrustSettings& settings) {
  if (!settings.system_file.empty()) return settings.system_file;
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  return info->cainfo != nullptr ? info->cainfo : "";
}

}  // namespace

Result<TrustAnchors> load_trust_anchors(const TrustSettings& settings, const FileSystem& files) {
  std::vector<std::string> paths = settings.files;
  if (settings.use_system) {
    std::string path = system_file(settings);
    if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end())
      paths.insert(paths.begin(), path);
  }
  TrustAnchors out;
  if (settings.pems.empty() && paths.size() <= 1) {
    if (!paths.empty()) out.file = paths.front();
    return out;
  }
  for (const std::string& path : paths) {
    auto text = files.read(path, kMaxCertificateBytes);
    if (!text)
      return fail(input_error("npm-config-invalid", "cannot read the certificates in " + path +
                                                        ": " + text.error().message));
    out.pem += *text + "\n";
  }
  for (const std::string& pem : settings.pems) out.pem += pem + "\n";
  return out;
}

}  // namespace ingot
