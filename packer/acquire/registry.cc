#include "packer/acquire/registry.h"

#include <algorithm>

#include "base/digest.h"
#include "base/file_system.h"
#include "base/percent.h"

namespace ingot {
namespace {

// A name or a version is never more than a path: no query, no fragment.
std::string path_text(std::string_view text) {
  return percent_encode(text, "-._~!'()*@/+");
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

// What is configured for the longest of "//host/a/b", "//host/a/", "//host/a", "//host/", "//host"
// and counts.
const NpmCredentials* account_for(const NpmConfig& config, const Url& url,
                                  bool (*counts)(const NpmCredentials&)) {
  std::string where = "//" + url.authority() + url.path;
  size_t host_end = 2 + url.authority().size();
  while (true) {
    auto account = config.accounts.find(where);
    if (account != config.accounts.end() && counts(account->second)) return &account->second;
    if (where.size() <= host_end) return nullptr;
    if (where.ends_with('/'))
      where.pop_back();
    else
      where.resize(where.rfind('/') + 1);
  }
}

bool has_authorization(const NpmCredentials& account) {
  return !account.token.empty() || !account.basic.empty();
}

// Whether a registry is configured with this scheme, host and port.
bool is_on_registry(const NpmConfig& config, const Url& url) {
  auto is_registry = [&](const std::string& text) {
    auto registry = Url::parse(text);
    return registry && registry->same_origin(url);
  };
  return is_registry(config.registry) ||
         std::ranges::any_of(config.scoped,
                             [&](const auto& scoped) { return is_registry(scoped.second); });
}

}  // namespace

const std::string& registry_of(const NpmConfig& config, std::string_view name) {
  if (name.starts_with('@')) {
    auto scoped = config.scoped.find(std::string(name.substr(0, name.find('/'))));
    if (scoped != config.scoped.end()) return scoped->second;
  }
  return config.registry;
}

Result<Url> package_document_url(const NpmConfig& config, std::string_view name) {
  std::string path = path_text(name);
  // The slash of a scope is no separator there.
  if (size_t slash = path.find('/'); slash != std::string::npos) path.replace(slash, 1, "%2f");
  return Url::parse(registry_of(config, name) + path);
}

Result<Url> registry_tarball_url(const NpmConfig& config, std::string_view name,
                                 std::string_view version, std::string_view location) {
  if (location.empty()) {
    std::string_view bare = base_name(name);
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
  if (const NpmCredentials* account = account_for(config, url, has_authorization))
    return header_of(*account);
  if (url.user.empty()) return std::nullopt;
  std::string joined = url.user + ":" + url.password;
  return "Basic " + to_base64(std::string_view(joined));
}

const ClientCertificate* client_certificate_for(const NpmConfig& config, const Url& url) {
  if (url.scheme != "https") return nullptr;
  auto has_client = [](const NpmCredentials& account) { return account.client.has_value(); };
  if (const NpmCredentials* account = account_for(config, url, has_client))
    return &*account->client;
  return config.client && is_on_registry(config, url) ? &*config.client : nullptr;
}

bool may_connect(const NpmConfig& config, const Url& url) {
  return url.scheme == "https" || url.is_loopback() || is_on_registry(config, url);
}

}  // namespace ingot
