#include "packer/bill/package_url.h"

namespace ingot {
namespace {

// Everything but letters, digits and ".-_~:" is escaped, byte by byte.
std::string encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view(".-_~:").find(c) != std::string_view::npos;
    auto byte = static_cast<uint8_t>(c);
    if (plain)
      out += c;
    else
      out.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return out;
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
