#include "packer/acquire/npm_config.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "packer/acquire/manager_layers.h"
#include "packer/acquire/npm_layers.h"
#include "packer/acquire/url.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxPem = 1 << 20;

Error invalid(const std::string& key, const NpmSetting& setting, const std::string& why) {
  // Never the value: it may be a secret.
  return input_error("npm-config-invalid",
                     "npm setting \"" + key + "\" in " + setting.layer + " " + why);
}

// "null" and "false" are how a layer takes back what a lower one says.
bool is_nothing(std::string_view value) {
  return value.empty() || value == "null" || value == "false" || value == "undefined";
}

std::optional<NpmSetting> find_present(const NpmLayers& layers, std::string_view key) {
  auto setting = layers.find(key);
  if (!setting || is_nothing(setting->value)) return std::nullopt;
  return setting;
}

void read_number(const NpmLayers& layers, const char* key, unsigned& out,
                 Diagnostics& diagnostics) {
  auto setting = layers.find(key);
  if (!setting) return;
  unsigned value = 0;
  const char* end = setting->value.data() + setting->value.size();
  auto [stop, error] = std::from_chars(setting->value.data(), end, value);
  if (error == std::errc() && stop == end)
    out = value;
  else
    diagnostics.warning(invalid(key, *setting, "is not a number; it is ignored"));
}

Result<std::string> registry_url(const std::string& key, const NpmSetting& setting) {
  auto url = Url::parse(setting.value);
  if (!url) return fail(invalid(key, setting, "is not a http or https address"));
  url->query.clear();
  std::string text = url->text();
  return text.ends_with('/') ? text : text + "/";
}

// A header is one line of visible characters; anything else could smuggle in a second one.
bool fits_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

struct NamedSetting {
  std::string key;
  NpmSetting setting;
};

// The parts of one account may stand in different layers, so a password is joined last.
struct AccountParts {
  std::optional<NamedSetting> token, auth, user, password, certificate_file, key_file;
};

Result<NpmCredentials> join_account(const AccountParts& parts) {
  NpmCredentials out;
  auto checked = [](const NamedSetting& part) -> Result<std::string> {
    if (!fits_header(part.setting.value))
      return fail(invalid(part.key, part.setting, "holds characters no header can carry"));
    return part.setting.value;
  };
  if (parts.token) out.token = TRY(checked(*parts.token));
  if (parts.auth) {
    out.basic = TRY(checked(*parts.auth));
  } else if (parts.user && parts.password) {
    auto password = from_base64(parts.password->setting.value);
    if (!password)
      return fail(invalid(parts.password->key, parts.password->setting, "is not base64"));
    std::string joined = parts.user->setting.value + ":";
    joined.append(password->begin(), password->end());
    out.basic = to_base64(std::string_view(joined));
  }
  return out;
}

class PathReader {
 public:
  PathReader(const NpmConfigSources& sources, Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}

  std::string absolute(const std::string& path) const {
    auto home = find_variable(sources_.environment, "HOME");
    if (path.starts_with("~/") && home) return join_path(*home, path.substr(2));
    return normal_path(join_path(sources_.project_folder, path));
  }

  Result<std::string> read(const NamedSetting& named) const {
    auto text = sources_.files.read(absolute(named.setting.value), kMaxPem);
    if (!text) return fail(invalid(named.key, named.setting, "names a file that cannot be read"));
    return text;
  }

  // Node and npm both pass over a certificate file that is not there.
  void add_certificates(const std::string& path, std::vector<std::string>& out) {
    std::string full = absolute(path);
    if (std::find(out.begin(), out.end(), full) != out.end()) return;
    if (sources_.files.status(full))
      out.push_back(full);
    else
      diagnostics_.warning(
          input_error("npm-config-invalid", "there is no file of certificates at " + full));
  }

 private:
  const NpmConfigSources& sources_;
  Diagnostics& diagnostics_;
};

Result<std::optional<ClientCertificate>> read_client(const std::optional<NamedSetting>& certificate,
                                                     const std::optional<NamedSetting>& key,
                                                     const PathReader& paths) {
  if (!certificate && !key) return std::nullopt;
  if (!certificate || !key) {
    const NamedSetting& alone = certificate ? *certificate : *key;
    return fail(invalid(alone.key, alone.setting, "needs both a certificate and its key"));
  }
  return ClientCertificate{TRY(paths.read(*certificate)), TRY(paths.read(*key))};
}

// In .npmrc a PEM text stands in one line, with "\\n" in it.
std::string pem_of(std::string text) {
  for (size_t at; (at = text.find("\\n")) != std::string::npos;) text.replace(at, 2, "\n");
  return text;
}

// Of no host by name: "cert" and "key" hold the texts; yarn's files come as "certfile", "keyfile".
Status read_general_client(const NpmLayers& layers, const PathReader& paths, NpmConfig& config) {
  auto named = [&](const char* key) -> std::optional<NamedSetting> {
    auto setting = find_present(layers, key);
    return setting ? std::optional(NamedSetting{key, *setting}) : std::nullopt;
  };
  config.client = TRY(read_client(named("certfile"), named("keyfile"), paths));
  auto certificate = named("cert"), key = named("key");
  if (!certificate && !key) return {};
  if (!certificate || !key)
    return fail(invalid(certificate ? "cert" : "key", (certificate ? certificate : key)->setting,
                        "needs both a certificate and its key"));
  config.client = ClientCertificate{pem_of(certificate->setting.value), pem_of(key->setting.value)};
  return {};
}

Status read_accounts(const NpmLayers& layers, const PathReader& paths, NpmConfig& config,
                     Diagnostics& diagnostics) {
  std::map<std::string, AccountParts> accounts;
  for (const auto& [key, setting] : layers.all()) {
    if (key == "_auth" || key == "_authToken" || key == "_password") {
      diagnostics.warning(invalid(key, setting, "names no registry, so it is sent nowhere")
                              .hinted("write it as //<host>/:" + key + "=..."));
      continue;
    }
    size_t colon = key.rfind(':');
    if (!key.starts_with("//") || colon == std::string::npos || setting.value.empty()) continue;
    AccountParts& parts = accounts[key.substr(0, colon)];
    std::string_view name = std::string_view(key).substr(colon + 1);
    NamedSetting named{key, setting};
    if (name == "_authToken") parts.token = named;
    if (name == "_auth") parts.auth = named;
    if (name == "username") parts.user = named;
    if (name == "_password") parts.password = named;
    if (name == "certfile") parts.certificate_file = named;
    if (name == "keyfile") parts.key_file = named;
  }
  for (const auto& [where, parts] : accounts) {
    NpmCredentials account = TRY(join_account(parts));
    account.client = TRY(read_client(parts.certificate_file, parts.key_file, paths));
    if (!account.token.empty() || !account.basic.empty() || account.client)
      config.accounts[where] = account;
  }
  return {};
}

Status read_registries(const NpmLayers& layers, NpmConfig& config) {
  config.registry = config.default_registry;
  if (auto setting = find_present(layers, "registry"))
    config.registry = TRY(registry_url("registry", *setting));
  constexpr std::string_view kSuffix = ":registry";
  for (const auto& [key, setting] : layers.all()) {
    if (!key.starts_with('@') || !key.ends_with(kSuffix) || is_nothing(setting.value)) continue;
    config.scoped[key.substr(0, key.size() - kSuffix.size())] = TRY(registry_url(key, setting));
  }
  if (auto setting = find_present(layers, "replace-registry-host"))
    config.replace_registry_host = setting->value;
  return {};
}

Status read_proxies(const NpmLayers& layers, const Environment& environment, NpmConfig& config) {
  auto variable = [&](const char* lower_case, const char* upper_case) {
    auto value = find_variable(environment, lower_case);
    return value ? value : find_variable(environment, upper_case);
  };
  auto https = variable("https_proxy", "HTTPS_PROXY");
  auto http = variable("http_proxy", "HTTP_PROXY");
  config.proxy.for_https = https.value_or("");
  config.proxy.for_http = https ? *https : http.value_or("");
  // npm uses one proxy, "https-proxy" before "proxy", for both kinds of address.
  for (const char* key : {"proxy", "https-proxy"}) {
    auto setting = find_present(layers, key);
    if (!setting || setting->value == "true") continue;
    if (!Url::parse(setting->value))
      return fail(invalid(key, *setting, "is not a http or https address"));
    config.proxy.for_https = config.proxy.for_http = setting->value;
  }
  config.proxy.except = variable("no_proxy", "NO_PROXY").value_or("");
  if (auto setting = find_present(layers, "noproxy")) {
    config.proxy.except.clear();
    for (const std::string& host : setting->list)
      config.proxy.except += (config.proxy.except.empty() ? "" : ",") + host;
  }
  return {};
}

void read_trust(const NpmLayers& layers, const NpmConfigSources& sources, NpmConfig& config,
                Diagnostics& diagnostics) {
  PathReader paths(sources, diagnostics);
  TrustSettings& trust = config.trust;
  if (auto setting = layers.find("strict-ssl")) trust.verify = setting->value != "false";
  if (auto setting = find_present(layers, "ca")) {
    for (std::string pem : setting->list) {
      if (!is_nothing(pem)) trust.pems.push_back(pem_of(std::move(pem)));
    }
  }
  if (auto setting = find_present(layers, "cafile"))
    paths.add_certificates(setting->value, trust.files);
  trust.use_system = trust.pems.empty() && trust.files.empty();
  if (auto extra = find_variable(sources.environment, "NODE_EXTRA_CA_CERTS"))
    paths.add_certificates(*extra, trust.files);
  if (auto file = find_variable(sources.environment, "SSL_CERT_FILE"))
    if (sources.files.status(paths.absolute(*file))) trust.system_file = paths.absolute(*file);
}

}  // namespace

Result<NpmConfig> load_npm_config(const NpmConfigSources& sources, Diagnostics& diagnostics) {
  const std::string default_registry =
      sources.default_registry.empty() ? INGOT_DEFAULT_REGISTRY : sources.default_registry;
  NpmLayers layers =
      NpmLayers::load(sources.files, sources.environment, sources.project_folder,
                      TRY(manager_layers(sources.manager, sources.files, sources.environment,
                                         sources.project_folder, default_registry)),
                      diagnostics);
  NpmConfig config;
  config.default_registry =
      TRY(registry_url("registry", NpmSetting{default_registry, {}, "ingot itself"}));
  TRY(read_registries(layers, config));
  PathReader paths(sources, diagnostics);
  TRY(read_accounts(layers, paths, config, diagnostics));
  TRY(read_general_client(layers, paths, config));
  TRY(read_proxies(layers, sources.environment, config));
  read_trust(layers, sources, config, diagnostics);

  read_number(layers, "fetch-retries", config.retry.retries, diagnostics);
  read_number(layers, "fetch-retry-mintimeout", config.retry.first_delay_ms, diagnostics);
  read_number(layers, "fetch-retry-maxtimeout", config.retry.max_delay_ms, diagnostics);
  read_number(layers, "fetch-retry-factor", config.retry.factor, diagnostics);
  read_number(layers, "fetch-timeout", config.fetch_timeout_ms, diagnostics);
  read_number(layers, "maxsockets", config.max_sockets, diagnostics);

  auto home = find_variable(sources.environment, "HOME");
  if (auto cache = find_present(layers, "cache"))
    config.cache_folder = paths.absolute(cache->value);
  else if (home)
    config.cache_folder = join_path(*home, ".npm");
  if (sources.manager == LockfileKind::kYarnBerry)
    config.archive_folders =
        TRY(berry_cache_folders(sources.files, sources.environment, sources.project_folder));
  return config;
}

}  // namespace ingot
