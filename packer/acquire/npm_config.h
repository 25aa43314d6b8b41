// npm's configuration, as far as fetching packages depends on it, with what other package managers'
// own files say about the same.
//
// Owns which files and variables are read, in npm's order of precedence (environment, project,
// user, global, npm's own), and what they mean: registries, credentials, proxies, trust, retries,
// the cache folder. A pure function of a file system and an environment. Never connects anywhere
// and never prints a credential. Source: npm's manual pages "config" and "npmrc", npm 11.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "lockfile/lockfile.h"
#include "packer/acquire/environment.h"

namespace ingot {

// What a server is shown when it asks who connects. PEM texts; the key is a secret.
struct ClientCertificate {
  std::string certificate;
  std::string key;
};

// What stands under one "//host/path/" of a .npmrc. The strings are secrets.
struct NpmCredentials {
  std::string token;  // _authToken
  std::string basic;  // base64 of "user:password": _auth, or username with _password
  std::optional<ClientCertificate> client;  // certfile, keyfile
};

// Whom to believe about a server's name.
struct TrustSettings {
  bool verify = true;              // strict-ssl
  bool use_system = true;          // false: `files` and `pems` are all there is (cafile, ca)
  std::string system_file;         // SSL_CERT_FILE; empty: what the TLS library was built with
  std::vector<std::string> files;  // PEM files: cafile, NODE_EXTRA_CA_CERTS
  std::vector<std::string> pems;   // PEM texts: ca
};

struct ProxySettings {
  std::string for_https;  // URL; empty: none
  std::string for_http;
  std::string except;  // hosts, separated by commas, that are reached directly
};

struct RetrySettings {
  unsigned retries = 2;            // fetch-retries
  unsigned first_delay_ms = 500;   // fetch-retry-mintimeout
  unsigned factor = 4;             // fetch-retry-factor
  unsigned max_delay_ms = 30'000;  // fetch-retry-maxtimeout; also caps a server's Retry-After
};

struct NpmConfig {
  std::string registry;                       // ends with '/'
  std::string default_registry;               // npm's own; its host in a lockfile means `registry`
  std::map<std::string, std::string> scoped;  // "@scope" -> registry, ends with '/'
  std::map<std::string, NpmCredentials> accounts;  // "//host/path/" -> credentials
  std::optional<ClientCertificate> client;         // cert, key: for the configured registries
  std::string replace_registry_host = "npmjs";     // or "never", "always", a host name
  TrustSettings trust;
  ProxySettings proxy;
  RetrySettings retry;
  unsigned fetch_timeout_ms = 300'000;
  unsigned max_sockets = 15;
  std::string cache_folder;  // npm's; empty when HOME is not known
  // Where yarn 2 and later keep archives, for projects of theirs.
  std::vector<std::string> archive_folders;
};

struct NpmConfigSources {
  const FileSystem& files;
  const Environment& environment;
  std::string project_folder;  // absolute
  // Empty: the one that npm named when ingot was configured.
  std::string default_registry;
  // Whose own settings count before npm's: see packer/acquire/manager_layers.h.
  LockfileKind manager = LockfileKind::kNpm;
};

// Errors: "npm-config-invalid" (a registry or proxy that is no URL, a credential no header can
// carry, a certificate without its key), naming the key and where it stands, and those of
// packer/acquire/manager_layers.h. What npm ignores is a warning.
Result<NpmConfig> load_npm_config(const NpmConfigSources& sources, Diagnostics& diagnostics);

}  // namespace ingot
