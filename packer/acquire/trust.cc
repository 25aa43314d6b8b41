#include "packer/acquire/trust.h"

#include <algorithm>

namespace ingot {
namespace {

constexpr uint64_t kMaxCertificateBytes = 16 << 20;

}  // namespace

Result<TrustAnchors> load_trust_anchors(const TrustSettings& settings, const std::string& built_in,
                                        const FileSystem& files) {
  std::vector<std::string> paths = settings.files;
  if (settings.use_system) {
    const std::string& path = settings.system_file.empty() ? built_in : settings.system_file;
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
