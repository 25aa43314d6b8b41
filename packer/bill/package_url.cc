#include "packer/bill/package_url.h"

#include "base/percent.h"

namespace ingot {
namespace {

std::string encoded(std::string_view text) {
  return percent_encode(text, ".-_~:");
}

std::string with_version(std::string url, std::string_view version) {
  if (!version.empty()) url.append("@").append(encoded(version));
  return url;
}

}  // namespace

std::string npm_package_url(std::string_view name, std::string_view version) {
  std::string url = "pkg:npm/";
  size_t slash = name.starts_with('@') ? name.find('/') : std::string_view::npos;
  if (slash != std::string_view::npos) {
    url.append(encoded(name.substr(0, slash))).append("/");
    name.remove_prefix(slash + 1);
  }
  return with_version(url + encoded(name), version);
}

std::string generic_package_url(std::string_view name, std::string_view version) {
  return with_version("pkg:generic/" + encoded(name), version);
}

}  // namespace ingot
