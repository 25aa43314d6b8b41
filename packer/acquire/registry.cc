#include "packer/acquire/registry.h"

#include <algorithm>

#include "base/digest.h"

namespace ingot {
namespace {

bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!'()*@/+").find(c) != std::string_view::npos;
}

// A name or a version is never more than a path: no query, no fragment.
std::string path_text(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (is_path_character(c))
      out += c;
    else
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  return out;
}

bool stands_for_registry(const NpmConfig& config, const Url& url) {
  if (config.replace_registry_host == "never") return false;
  if (config.replace_registry_host == "always") return true;
  if (config.replace_registry_host != "npmjs") return url.host == config.replace_registry_host;
  auto placeholder = Url::parse(config.default_registry);
  return placeholder && url.host == placeholder->host;
}

Result<Url> moved_to_registry(const NpmConfig& config, Url url) {
  Url registry = TRY(Url::parse(config.registry));
  registry.query = url.query;
  std::string base = registry.path.ends_with('/') ? registry.path : registry.path + "/";
  // A lockfile written through a mirror may have the mirror's folder already.
  registry.path = url.path.starts_with(base) ? url.path : base + url.path.substr(1);
  return registry;
}

std::optional<std::string> header_of(const NpmCredentials& account) {
  if (!account.token.empty()) return "Bearer " + account.token;
  if (!account.basic.empty()) return "Basic " + account.basic;
  return std::nullopt;
}

}  // namespace

const std::string& registry_of(const NpmConfig& config, std::string_view name) {
  if (name.starts_with('@')) {
    auto scoped = config.scoped.find(std::string(name.substr(0, name.find('/'))));
    if (scoped != config.scoped.end()) return scoped->second;
  }
  return config.registry;
}

Result<Url> registry_tarball_url(const NpmConfig& config, std::string_view name,
                                 std::string_view version, std::string_view location) {
  if (location.empty()) {
    std::string_view bare = name.substr(name.rfind('/') + 1);
    return Url::parse(registry_of(config, name) + path_text(name) + "/-/" + path_text(bare) + "-" +
                      path_text(version) + ".tgz");
  }
  if (location.find("://") == std::string_view::npos) {
    location.remove_prefix(std::min(location.find_first_not_of('/'), location.size()));
    return Url::parse(registry_of(config, name) + std::string(location));
  }
  Url url = TRY(Url::parse(location));
  if (!stands_for_registry(config, url)) return url;
  return moved_to_registry(config, std::move(url));
}

std::optional<std::string> authorization_for(const NpmConfig& config, const Url& url) {
  // "//host/a/b", "//host/a/", "//host/a", "//host/", "//host": the longest that is configured.
  std::string where = "//" + url.authority() + url.path;
  size_t host_end = 2 + url.authority().size();
  while (true) {
    auto account = config.accounts.find(where);
    if (account != config.accounts.end()) return header_of(account->second);
    if (where.size() <= host_end) break;
    if (where.ends_with('/'))
      where.pop_back();
    else
      where.resize(where.rfind('/') + 1);
  }
  if (url.user.empty()) return std::nullopt;
  std::string joined = url.user + ":" + url.password;
  return "Basic " + to_base64(std::string_view(joined));
}

bool may_connect(const NpmConfig& config, const Url& url) {
  if (url.scheme == "https" || url.is_loopback()) return true;
  auto is_registry = [&](const std::string& text) {
    auto registry = Url::parse(text);
    return registry && registry->same_origin(url);
  };
  if (is_registry(config.registry)) return true;
  for (const auto& [scope, registry] : config.scoped)
    if (is_registry(registry)) return true;
  return false;
}

}  // namespace ingot
